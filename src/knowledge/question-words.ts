import { fold } from './fold.js';

/** More words than this is no longer a question; the rest would only dilute it. */
const mostWords = 40;

/**
 * Words that carry a conversation but say nothing about its subject, without accents. Postgres' own stop words come on top;
 * here stand greetings, courtesies, question words and verbs of wanting, which would count against a perfectly good answer.
 */
const courtesies = new Set(
  `hola holaa buenas buenos buen dia dias tarde tardes noche noches saludos gracias favor porfa porfis disculpa disculpame disculpen perdon che
  quiero queria quisiera quisiese necesito necesitaba necesitaria me te se le les nos consulta consultar consultarles pregunta preguntar preguntarles
  saber sabes saben decir decime digame dime contame ayuda ayudar ayudame ayudarme puedo puede pueden podes podria podrian podrias puedes
  que cual cuales como cuando cuanto cuanta cuantos cuantas donde quien quienes cuesta sale hay es son ser seria sirve tal aca ahi alli
  ustedes usted vos tu yo ellos tambien mas muy ya si no o y a ver ok dale listo bueno bien entonces ahora hoy algo dame dan unas unos pasar paso queda alguna alguno alguien
  tengo tenes tiene tienen tendria hacen hace haces hacer hago esta estan estoy ir voy va van porque tema sobre acerca info informacion
  ola oi ola bom boa tudo obrigado obrigada queria gostaria quero preciso saber voce voces qual quais quanto quanta onde quando tem ter posso pode podem fazem faz
  hello hi hey please thanks thank want need know can could would what which how when where who do does is are you your much many`.split(/\s+/),
);

/** The words of a question that can say what it is about, each once, as written. */
export function questionWords(question: string): string[] {
  const words = new Map<string, string>();
  for (const word of question.slice(0, 1000).match(/[\p{L}\p{N}]+(?:\p{M}+[\p{L}\p{N}]*)*/gu) ?? []) {
    const bare = fold(word, 'en');
    if (bare.length > 1 && !courtesies.has(bare) && !words.has(bare)) words.set(bare, word);
    if (words.size === mostWords) break;
  }
  return [...words.values()];
}
