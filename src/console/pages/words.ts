import { reasonText } from '../../correlation/index.js';

/** The words of the console for what the tables call by codes. An unknown code stands for itself. */
const owners: Record<string, string> = { flow: 'Flujo', agent: 'Agente', human: 'Persona' };
const authors: Record<string, string> = { customer: 'Cliente', flow: 'Flujo', operator: 'Operador', agent: 'Agente' };
const turnStates: Record<string, string> = { queued: 'En espera', running: 'En curso', finished: 'Terminado', failed: 'Falló', skipped: 'Omitido' };
const eventStates: Record<string, string> = { received: 'Por leer', read: 'Leído', ignored: 'No se responde', quarantined: 'Apartado' };
const decisions: Record<string, string> = { answer: 'responder', silent: 'no responder', 'to-human': 'derivar a una persona', 'to-flow': 'volver al flujo' };

const silenceActs: Record<string, string> = { sort: 'despertar al agente', reopen: 'leer de nuevo sus mensajes', 'give-back': 'devolver el chat' };
const deliveryOutcomes: Record<string, string> = { accepted: 'Aceptado', retrying: 'Se reintenta', rejected: 'Rechazado', 'in-doubt': 'En duda' };

interface MessageState {
  text: string;
  ticks: string;
  tone: 'quiet' | 'good' | 'warn' | 'bad';
}

const messageStates: Record<string, MessageState> = {
  planned: { text: 'Por enviar', ticks: '○', tone: 'quiet' },
  sending: { text: 'Enviando', ticks: '◔', tone: 'quiet' },
  retrying: { text: 'Se reintenta', ticks: '↻', tone: 'warn' },
  accepted: { text: 'Aceptado por Botmaker', ticks: '✓', tone: 'quiet' },
  sent: { text: 'Enviado', ticks: '✓', tone: 'quiet' },
  delivered: { text: 'Entregado', ticks: '✓✓', tone: 'quiet' },
  read: { text: 'Leído', ticks: '✓✓', tone: 'good' },
  held: { text: 'Retenido', ticks: '❚❚', tone: 'warn' },
  expired: { text: 'Vencido, no se envió', ticks: '⌀', tone: 'warn' },
  dead: { text: 'No se entregó', ticks: '✕', tone: 'bad' },
  unknown: { text: 'No se sabe si llegó', ticks: '?', tone: 'bad' },
};

const word = (words: Record<string, string>) => (code: string): string => words[code] ?? code;

export const ownerWord = word(owners);
export const authorWord = word(authors);
export const turnStateWord = word(turnStates);
export const eventStateWord = word(eventStates);
export const decisionWord = word(decisions);
export const silenceActWord = word(silenceActs);
export const deliveryWord = word(deliveryOutcomes);
export const messageState = (state: string): MessageState => messageStates[state] ?? { text: state, ticks: '·', tone: 'quiet' };

/** How a turn ended, in words: its outcome or reason, or else where it stands. */
export const turnResult = ({ state, outcome, reason }: { state: string; outcome: string | null; reason: string | null }): string => {
  const code = outcome ?? reason;
  return code === null ? turnStateWord(state) : reasonText(code, 'es');
};

/** Good, bad or neither: answered, failed, everything that was on purpose. */
export const turnTone = ({ state, outcome }: { state: string; outcome: string | null }): 'good' | 'bad' | 'quiet' => {
  if (state === 'failed' || outcome === 'agent-failed') return 'bad';
  return outcome === 'answered' ? 'good' : 'quiet';
};

/** The beginning of an id, enough to tell two apart on a page. Ids that begin with the time differ at their end. */
export const shortId = (id: string): string => (id.length > 12 ? `…${id.slice(-8)}` : id);
