import type { EntryType } from './entry.js';
import { reasonCodes } from './reason-codes.js';

/** Each type of entry in the words of the console. */
export const entryWords = {
  'inbox.accepted': 'Aviso de Botmaker recibido',
  'inbox.duplicate': 'Aviso repetido, absorbido',
  'inbox.ignored': 'Aviso sin nada que hacer',
  'inbox.quarantined': 'Aviso apartado: no se entendió',
  'mail.ignored': 'Mensaje del cliente que no respondemos',
  'mail.answered': 'Lo contesta la respuesta que esperaba al cliente',
  'mail.late': 'Mensaje del cliente que llegó después de otro posterior',
  'mail.reopened': 'Mensajes previos a la derivación, recuperados',
  'chat.owner-changed': 'Cambió quién atiende el chat',
  'chat.opted-out': 'El cliente pidió no recibir más mensajes',
  'chat.opted-in': 'El cliente quiere volver a recibir mensajes',
  'chat.return-verified': 'Comprobado: el flujo tiene el chat',
  'chat.return-repeated': 'El flujo no retomó el chat: se repite la vuelta',
  'chat.return-failed': 'El flujo no retomó el chat',
  'window.closed': 'La ventana de 24 horas está cerrada: la respuesta espera',
  'window.waits': 'Todavía no se puede pedir al cliente que vuelva',
  'window.asked': 'Plantilla enviada para que el cliente vuelva',
  'window.opened': 'El cliente volvió: se envía lo que esperaba',
  'chat.silent': 'El cliente espera y nadie le responde',
  'chat.silence-acted': 'Nadie respondía: actuamos',
  'turn.queued': 'Turno en espera de más mensajes',
  'turn.extended': 'Otro mensaje se sumó al turno',
  'turn.started': 'Turno iniciado',
  'agent.step': 'Paso del agente',
  'effect.begun': 'Una herramienta va a actuar',
  'effect.done': 'La herramienta actuó',
  'effect.failed': 'La herramienta no pudo actuar',
  'effect.kept': 'La herramienta ya había actuado, no se repite',
  'effect.unknown': 'No se sabe si la herramienta actuó, no se repite',
  'turn.decided': 'Decisión del agente',
  'turn.finished': 'Turno terminado',
  'turn.failed': 'Un intento del turno falló',
  'turn.dead': 'Turno abandonado tras varios intentos',
  'turn.released': 'Turno devuelto a la cola',
  'turn.skipped': 'Turno omitido',
  'turn.superseded': 'Otro turno tomó su lugar: el cliente volvió a escribir',
  'outbox.queued': 'Mensaje listo para enviar',
  'response.given': 'Respuesta entregada al bloque de código del flujo',
  'response.repeated': 'El bloque de código volvió a llamar y recibió la misma respuesta',
  'response.late': 'El bloque de código ya no espera, se responde por la API',
  'delivery.attempted': 'Intento de envío',
  'delivery.accepted': 'Botmaker aceptó el envío',
  'delivery.retrying': 'Envío pospuesto, se reintenta',
  'delivery.rejected': 'Envío rechazado',
  'delivery.in-doubt': 'Envío en duda, se espera su eco',
  'delivery.looked-up': 'Búsqueda del mensaje en Botmaker',
  'message.resending': 'No salió: se envía una vez más',
  'message.confirmed': 'Comprobado: el mensaje salió',
  'message.sent': 'Mensaje enviado',
  'message.delivered': 'Mensaje entregado',
  'message.read': 'Mensaje leído por el cliente',
  'message.failed': 'La plataforma no pudo entregarlo',
  'message.duplicate-detected': 'El cliente lo recibió dos veces',
  'message.unknown': 'No se sabe si el cliente lo vio',
  'message.expired': 'Mensaje vencido, no se envía',
  'message.held': 'Mensaje retenido',
  'message.released': 'Mensaje retenido, ahora se envía',
  'message.redriven': 'Mensaje reenviado por una persona',
  'token.stored': 'Credenciales guardadas',
  'token.refreshed': 'Credenciales renovadas',
  'token.refresh-failed': 'No se pudieron renovar las credenciales',
  'sweep.found': 'Mensajes que el webhook había perdido',
} as const satisfies Record<EntryType, string>;

const shortestWord = 4;

/** The types and reasons that a search names: the code itself, its first part (`turn`), or words of it (`ventana de 24`). */
export function codesNamed(search: string): { types: string[]; reasons: string[] } {
  const wanted = search.trim().toLowerCase();
  const names = (code: string, words: readonly string[]): boolean =>
    code === wanted ||
    code.startsWith(`${wanted}.`) ||
    (wanted.length >= shortestWord && [code, ...words].some((text) => text.toLowerCase().includes(wanted)));
  return {
    types: Object.entries(entryWords).filter(([code, words]) => names(code, [words])).map(([code]) => code),
    reasons: [...new Set([wanted, ...Object.entries(reasonCodes).filter(([code, words]) => names(code, Object.values(words))).map(([code]) => code)])],
  };
}
