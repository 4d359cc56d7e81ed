import { isGreeting, withoutSigns, wordsIn } from '../plain-words.js';
import { closingOf } from './closing.js';

/*
 * A customer who wants no more messages says one of these words and nothing else, as he was told to. `conversation.opted_out_at`
 * is since when; nothing that we begin goes out then. What he asks by himself is answered all the same.
 */
const phrases = {
  out: [
    'baja, de baja, dar de baja, darme de baja, dame de baja, quiero darme de baja, quiero la baja, solicito la baja, desuscribir, desuscribirme, cancelar suscripcion, no quiero recibir mas mensajes, no quiero mas mensajes, no me escriban mas, no me envien mas mensajes, no me manden mas mensajes, no enviar mas mensajes, dejar de recibir mensajes',
    'parar, pare, sair, descadastrar, cancelar inscricao, remover inscricao, nao quero receber mais mensagens, nao quero mais receber mensagens, nao quero mais mensagens, parar de receber mensagens, nao me envie mais mensagens, nao me mandem mais mensagens',
    'stop, stop all, stopall, unsubscribe, opt out, optout, no more messages, stop messages, stop sending me messages, i don t want more messages, i dont want more messages, remove me',
  ],
  in: [
    'alta, darme de alta, quiero darme de alta, dame de alta, suscribir, suscribirme, quiero recibir mensajes, quiero volver a recibir mensajes, volver a recibir, volver a recibir mensajes',
    'voltar a receber, voltar a receber mensagens, quero receber mensagens, quero voltar a receber mensagens, inscrever, recadastrar',
    'start, unstop, subscribe, opt in, optin',
  ],
};
const meant = new Map(Object.entries(phrases).flatMap(([to, lists]) => lists.flatMap((list) => list.split(', ')).map((phrase) => [phrase, to as OptChange] as const)));

export type OptChange = keyof typeof phrases;

/** What a message changes about what he may be sent; null: nothing. "¿Me doy de baja del plan?" is about a plan. */
export function optChangeIn(text: string): OptChange | null {
  return /[?¿]/u.test(text) ? null : (meant.get(withoutSigns(text)) ?? null);
}

/** Since when he wants no messages, after one that he wrote `at`. What is told late does not undo what he said since. */
export function optedOutAfter(before: Date | null, content: unknown, at: Date): Date | null {
  const change = optChangeIn(wordsIn(content) ?? '');
  if (change === 'out') return before !== null && before > at ? before : at;
  return change === 'in' && before !== null && before <= at ? null : before;
}

/** Whether all that he wrote in a row is that he wants no messages, and what people say around it. */
export function isOptOut(texts: readonly string[]): boolean {
  const changes = texts.flatMap((text) => optChangeIn(text) ?? []);
  return changes.at(-1) === 'out' && texts.every((text) => optChangeIn(text) !== null || closingOf(text) !== null || isGreeting(withoutSigns(text)));
}
