/** What a word says about the end of a conversation (closing.ts says what follows from it). */
export type ClosingKind = 'goodbye' | 'thanks' | 'done' | 'settled' | 'consent' | 'no' | 'yes' | 'courtesy';

/*
 * In Spanish, Portuguese and English, without accents and signs, as people write them in a chat. A word that is missing costs a
 * call to the model; one that does not belong here costs a customer his answer.
 */
const words: Record<ClosingKind, string[]> = {
  goodbye: [
    'chau, chaucito, chao, adios, hasta luego, hasta pronto, hasta manana, hasta la proxima, hasta otro momento, nos vemos, nos hablamos',
    'tchau, ate logo, ate mais, ate mais tarde, ate breve, ate amanha, ate a proxima, adeus',
    'bye, bye bye, goodbye, good bye, see you, see you later, see ya, cya, take care, have a nice day, have a good day, have a great day, have a good one',
  ],
  thanks: [
    'gracias, grax, agradecido, agradecida, te agradezco, le agradezco, les agradezco, se agradece',
    'obrigado, obrigada, brigado, brigada, obg, valeu, vlw, agradeco, grato, grata',
    'thanks, thank you, thank u, thx, ty, much appreciated, i appreciate it, appreciate it, cheers',
  ],
  done: [
    'nada mas, eso es todo, eso seria todo, eso era todo, era eso, eso era, solo eso, nada mas por ahora, por ahora nada mas, por ahora es todo, ya esta',
    'so isso, e so isso, era so isso, so isso mesmo, mais nada, nada mais, por enquanto e so, por enquanto e so isso, por enquanto so isso',
    'thats all, that s all, that is all, that will be all, that ll be all, thats it, that s it, nothing else, nothing more, all set, i m all set, im all set, i m good, im good',
  ],
  settled: [
    'listo, lista, perfecto, genial, excelente, buenisimo, barbaro, joya, entendido, entiendo, clarisimo, todo claro, quedo claro, esta bien, esta perfecto, muy bien, bien, de acuerdo, buena onda',
    'pronto, perfeito, otimo, beleza, blz, entendi, entendido, certo, ta bom, ta certo, ta otimo, tudo certo, combinado, maravilha, legal, show, show de bola',
    'done, great, perfect, got it, understood, all good, awesome, excellent, alright, all right, noted, very good',
  ],
  consent: ['dale, ok, okey, oka, okay, oki, vale, va, bueno, claro, obvio, de una, por supuesto', 'pode ser, com certeza, bora, fechado', 'sure, fine, of course'],
  no: ['no, nop, nada, ninguna, ninguno, no nada mas, no nada mas por ahora, no eso es todo, no por ahora nada mas', 'nao, nada nao, nenhuma, nenhum, nao mais nada, nao so isso, nao so isso mesmo', 'nope, nah, none, nothing, no that s all, no thats all, no nothing else, no that s it'],
  yes: ['si, sip, por favor, porfa, quiero', 'sim, isso, quero, por gentileza', 'yes, yep, yeah, please'],
  courtesy: [
    'muchas, mil, muchisimas, por todo, por la ayuda, por tu ayuda, por su ayuda, por ayudarme, por la info, por la informacion, por la atencion, por tu atencion, por su atencion, por tu tiempo, por responder, por la respuesta, por ahora, de verdad, de corazon',
    'muy amable, muy amables, sos muy amable, igualmente, saludos, un saludo, abrazo, un abrazo, abrazos, besos, bendiciones, de nada, a vos, a ti, a usted, a ustedes, amigo, amiga, genio, genia, crack, y, entonces, pues, jaja, jajaja, jeje',
    'buen dia, buenos dias, buenas tardes, buenas noches, buena tarde, buena noche, lindo dia, linda tarde, feliz dia, buen finde, buen fin de semana, que tengas, que tenga, que tengan, que estes bien, que este bien, que esten bien, un buen dia, un lindo dia, un gran dia',
    'muito, muitissimo, por tudo, pela ajuda, pela atencao, pela informacao, pelas informacoes, pelo atendimento, por enquanto, mesmo, de coracao, de verdade, eu que agradeco, abraco, um abraco, abracos, beijos, igualmente, pra voce tambem, voce tambem, tenha, um bom dia, uma boa tarde, uma boa noite, bom dia, boa tarde, boa noite, otimo dia, bom fim de semana, ajudou muito, e, entao, ai, viu, kkk, kkkk, rsrs',
    'so much, very much, a lot, many, again, for everything, for your help, for the help, for helping, for the info, for the information, for your time, you too, good night, have a good night, have a good evening, and, then, so, well, for now, haha',
  ],
};

/** Held letters (`graciasss`, `okkk`) are one; a phrase is looked up as it was stored, so both are written alike. */
const unheld = (bare: string): string => bare.replace(/(\p{L})\1{2,}/gu, '$1').replace(/(\p{L})\1+(?= |$)/gu, '$1');

const kinds = new Map(
  Object.entries(words).flatMap(([kind, lists]) => lists.flatMap((list) => list.split(', ')).map((phrase) => [unheld(phrase), kind as ClosingKind] as const)),
);
const longestPhrase = Math.max(...[...kinds.keys()].map((phrase) => phrase.split(' ').length));

/** What the words of a text say, the longest phrase first; null when one of them says something else. `bare`: without signs. */
export function closingKinds(bare: string): ClosingKind[] | null {
  const left = unheld(bare).split(' ');
  const found: ClosingKind[] = [];
  while (left.length > 0) {
    const kind = takePhrase(left);
    if (kind === null) return null;
    found.push(kind);
  }
  return found;
}

function takePhrase(left: string[]): ClosingKind | null {
  for (let length = longestPhrase; length > 0; length--) {
    const kind = kinds.get(left.slice(0, length).join(' '));
    if (kind === undefined) continue;
    left.splice(0, length);
    return kind;
  }
  return null;
}
