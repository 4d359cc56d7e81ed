/** What a message is about when it is not a question about the company. */
export type SmallTalk = 'greeting' | 'thanks' | 'agreement' | 'farewell' | 'person' | 'menu' | 'wordless';

const person = '(?:persona|humano|humana|asesor|asesora|operador|operadora|representante|ejecutivo|ejecutiva|vendedor|vendedora|alguien|pessoa|atendente|human|agent)';
const between = '(?:\\s+(?:con|a|un|una|algun|alguna|el|la|me|por|favor|com|uma|um|to|an?|real|de verdad))*';
const asking = '(?:hablar|hable|hablo|comunica\\w*|comunique\\w*|comunicarme|pasa(?:me|r|rme)|pase(?:n)?me|contacta\\w*|contacte\\w*|atienda|atiende|deriva\\w*|derive\\w*|quiero|quisiera|necesito|prefiero|dame|falar|quero|talk|speak)';

const kinds: readonly (readonly [SmallTalk, RegExp])[] = [
  ['person', new RegExp(`^(?:(?:un|una)\\s+)?${person}$|\\b${asking}${between}\\s+${person}\\b`)],
  ['menu', /^(?:(?:volver|ir|regresar|vuelvo|voltar)(?:\s+(?:al?|o|ao|el))?\s+)?(?:menu|inicio|principio|inicial)(?:\s+principal)?$/],
  ['farewell', /^(?:chau|chao|adios|hasta luego|hasta manana|nos vemos|tchau|bye)(?:\s+(?:gracias|muchas gracias|saludos))?$/],
  ['thanks', /^(?:(?:ok|dale|listo|perfecto|genial|buenisimo|barbaro|joya)\s+)?(?:muchas\s+|mil\s+|muito\s+)?(?:gracias|obrigad[oa]|thanks|thank you)(?:\s+(?:por(?:\s+\S+){1,3}|a\s+(?:vos|ti|ustedes|usted)|muy amables?|igualmente|saludos|che|chau|geni[oa]))?$/],
  ['agreement', /^(?:ok|oka|okey|dale|listo|perfecto|genial|buenisimo|excelente|barbaro|joya|bueno|bien|si|entiendo|entendido|de acuerdo|claro|ta bom|beleza)(?:\s+(?:dale|listo|perfecto|genial))?$/],
  [
    'greeting',
    /^(?:(?:hola+|holis|buenas|buenos|buen|dias?|tardes?|noches?|que tal|como (?:estas?|andas?|va|estan)|todo bien|saludos|ola|oi|bom dia|boa (?:tarde|noite)|tudo bem|hello|hi|hey|me ayudas|necesito ayuda|ayuda|consulta|una consulta|tengo una consulta)\s*)+$/,
  ],
];

/** Recognises small talk in a whole message; null when there is something in it that should be looked up. */
export function smallTalkIn(message: string): SmallTalk | null {
  const bare = message
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (!bare) return isApplause(message) ? 'agreement' : 'wordless';
  return kinds.find(([, pattern]) => pattern.test(bare))?.[0] ?? null;
}

const applause = /^[\s\p{P}]*(?:[👍👌🙏❤😊😀🙂👏💪🤝✅]\p{M}*[\u{1F3FB}-\u{1F3FF}\uFE0F]*\s*)+[\s\p{P}]*$/u;

function isApplause(message: string): boolean {
  return applause.test(message);
}
