import { withoutSigns } from '../plain-words.js';

/** What was said to the customer since he last wrote, in order. */
export interface LastSaid {
  /** Who said the last of it. */
  author: 'flow' | 'operator' | 'agent';
  texts: string[];
  /** Something to choose from was among it. */
  hasChoice: boolean;
}

/**
 * What the customer answers when he writes next: `something`, whether he wants `more` help, an `offer` of more help that needs no
 * answer, or `nothing`. Whatever may want an answer is `something`.
 */
export type Asked = 'nothing' | 'offer' | 'more' | 'something';

/** Guesses by the form of what was said, in Spanish, Portuguese and English. */
export function whatWasAsked({ texts, hasChoice }: LastSaid): Asked {
  const said = texts.join('\n');
  const sentences = said.split(/(?<=[.!?\n])/u).map((text) => ({ isQuestion: /[?¿]/u.test(text), bare: withoutSigns(text) }));
  const questions = sentences.filter(({ isQuestion }) => isQuestion);
  const statements = sentences.filter(({ isQuestion }) => !isQuestion);
  if (questions.some(({ bare }) => !offersMore(bare)) || statements.some(({ bare }) => invites.test(bare) && !offersMore(bare))) return 'something';
  if (questions.length > 0) return 'more';
  if (hasChoice || numbered.test(said)) return 'something';
  return statements.some(({ bare }) => offersMore(bare)) ? 'offer' : 'nothing';
}

const offersMore = (bare: string): boolean => moreHelp.test(bare) && !buys.test(bare);

const moreHelp =
  /\b(?:algo mas|alguna (?:otra )?(?:cosa|duda|consulta|pregunta|inquietud)|otra (?:cosa|duda|consulta|pregunta)|en que mas|cualquier (?:otra )?(?:cosa|duda|consulta)|a (?:tu|su) disposicion|a las ordenes|(?:mais )?alguma (?:outra )?(?:coisa|duvida|pergunta)|algo mais|outra (?:coisa|duvida|pergunta)|em que mais|mais em que|qualquer (?:outra )?(?:coisa|duvida)|(?:a|a sua) disposicao|anything else|something else|(?:any|some)(?: other| more| further)? (?:questions?|doubts?)|anything more|here (?:if|for) you)\b/u;

/** "¿Algo más?" of an order is a step of it. */
const buys = /\b(?:agreg|sum(?:a|o)|anad|inclu|adicion|carrito|carrinho|cart|compr|llev|pedi[dr]|order)/u;

/** Asks without a question mark, or proposes what a "dale" accepts. */
const invites =
  /\b(?:si (?:queres|quieres|quiere|preferis|prefieres|prefiere|deseas|desea|te parece|te sirve|le parece)|decime|dime|digame|avisame|aviseme|confirmame|confirmeme|confirma|confirme|contame|cuentame|indicame|indiqueme|mandame|enviame|pasame|elegi|elige|elija|escribime|escribi|escribe|escriba|responde|responda|respondeme|necesito (?:que|tu|su|el|la)|podrias|puedo (?:ofrecerte|pasarte|enviarte|ayudarte a)|se (?:quiser|preferir|desejar)|me (?:diga|avise|confirme|envie|mande|informe)|escolha|responda|preciso (?:que|do|da|de)|posso (?:enviar|passar)|if you (?:want|like|prefer|wish|d like)|would you|let me know|please (?:tell|send|confirm|choose|reply|give)|tell me|send me|choose|i can (?:send|pass|connect|check))\b/u;

/** Options where a channel has no lists: the last lines are numbered. */
const numbered = /^\s*\d+[.)]\s+\S.*\s*$/mu;
