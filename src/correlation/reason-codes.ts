interface ReasonText {
  es: string;
  pt: string;
  en: string;
}

/**
 * Why a customer message was (not) answered, or an event was set aside: one code each, in words a person reads.
 * Every inbound customer message ends in exactly one of these (or in the outcome of the turn that read it).
 */
export const reasonCodes = {
  answered: { es: 'Respondido', pt: 'Respondido', en: 'Answered' },
  silent: { es: 'El agente decidió no responder', pt: 'O agente decidiu não responder', en: 'The agent chose to stay silent' },
  'handed-to-human': { es: 'Derivado a una persona', pt: 'Encaminhado a uma pessoa', en: 'Handed to a person' },
  'returned-to-flow': { es: 'Devuelto al flujo', pt: 'Devolvido ao fluxo', en: 'Returned to the flow' },
  'closed-by-customer': { es: 'El cliente se despidió', pt: 'O cliente se despediu', en: 'The customer said goodbye' },
  'opted-out': { es: 'El cliente pidió no recibir más mensajes', pt: 'O cliente pediu para não receber mais mensagens', en: 'The customer wants no more messages' },
  'reply-cap': { es: 'Se llegó al tope de respuestas de la conversación', pt: 'A conversa chegou ao limite de respostas', en: 'The conversation reached its cap of replies' },
  inactive: { es: 'El cliente dejó de escribir', pt: 'O cliente parou de escrever', en: 'The customer stopped writing' },
  'agent-failed': { es: 'El agente falló: se envió la respuesta de respaldo', pt: 'O agente falhou: foi enviada a resposta de reserva', en: 'The agent failed: the fallback was sent' },
  'handed-off': { es: 'El flujo derivó el chat', pt: 'O fluxo encaminhou o chat', en: 'The flow handed the chat over' },
  'code-action': { es: 'Lo pidió un bloque de código del flujo', pt: 'Um bloco de código do fluxo pediu', en: 'A code block of the flow asked for it' },
  merged: { es: 'Respondido junto con otro mensaje', pt: 'Respondido junto com outra mensagem', en: 'Answered together with another message' },
  'flow-took-back': { es: 'El flujo retomó el chat', pt: 'O fluxo retomou o chat', en: 'The flow took the chat back' },
  'operator-wrote': { es: 'Escribió un operador', pt: 'Um operador escreveu', en: 'An operator wrote' },
  'not-handed-off': { es: 'El flujo no derivó el chat', pt: 'O fluxo não encaminhou o chat', en: 'The flow has not handed the chat over' },
  'owned-by-human': { es: 'Una persona atiende el chat', pt: 'Uma pessoa atende o chat', en: 'A person attends the chat' },
  'too-old': { es: 'El mensaje es demasiado antiguo', pt: 'A mensagem é antiga demais', en: 'The message is too old' },
  'backfilled-too-old': { es: 'Se encontró demasiado tarde', pt: 'Foi encontrada tarde demais', en: 'It was found too late' },
  'answered-meanwhile': { es: 'Ya la respondió el flujo o una persona', pt: 'O fluxo ou uma pessoa já respondeu', en: 'The flow or a person has answered it already' },
  'operator-has-chat': { es: 'Un operador tiene el chat', pt: 'Um operador está com o chat', en: 'An operator has the chat' },
  released: { es: 'La persona soltó el chat', pt: 'A pessoa liberou o chat', en: 'The person let the chat go' },
  'handing-failed': { es: 'La derivación a una persona no se concretó', pt: 'O encaminhamento a uma pessoa não se concretizou', en: 'The hand-over to a person did not happen' },
  'return-failed': { es: 'El flujo no retomó el chat', pt: 'O fluxo não retomou o chat', en: 'The flow did not take the chat back' },
  'silent-chat': { es: 'El cliente esperaba y nadie le respondía', pt: 'O cliente esperava e ninguém respondia', en: 'The customer waited and nobody answered' },
  'no-mail': { es: 'No había nada por leer', pt: 'Não havia nada a ler', en: 'There was nothing to read' },
  superseded: { es: 'El cliente volvió a escribir', pt: 'O cliente escreveu de novo', en: 'The customer wrote again' },
  interrupted: { es: 'Interrumpido: el cliente volvió a escribir', pt: 'Interrompido: o cliente escreveu de novo', en: 'Interrupted: the customer wrote again' },
  busy: { es: 'Llegó mientras el agente respondía otra cosa', pt: 'Chegou enquanto o agente respondia outra coisa', en: 'It came while the agent was answering something else' },
  'window-closed': { es: 'Fuera de la ventana de 24 horas', pt: 'Fora da janela de 24 horas', en: 'Outside the 24-hour window' },
  'earlier-part-failed': { es: 'Una parte anterior no se envió', pt: 'Uma parte anterior não foi enviada', en: 'An earlier part was not sent' },
  duplicate: { es: 'Repetido', pt: 'Repetido', en: 'Duplicate' },
  'event-not-understood': { es: 'Evento de Botmaker sin formato conocido', pt: 'Evento do Botmaker sem formato conhecido', en: 'Botmaker event of unknown form' },
  'unknown-type': { es: 'Tipo de aviso desconocido', pt: 'Tipo de aviso desconhecido', en: 'Unknown kind of notification' },
  'no-messages': { es: 'Aviso sin mensajes', pt: 'Aviso sem mensagens', en: 'Notification without messages' },
  'no-content': { es: 'Mensaje sin contenido', pt: 'Mensagem sem conteúdo', en: 'Message without content' },
  'no-chat': { es: 'No dice de qué chat es', pt: 'Não diz de que chat é', en: 'It does not say which chat it belongs to' },
  'context-missing': { es: 'Llamada sin los datos del chat', pt: 'Chamada sem os dados do chat', en: 'Call without the data of the chat' },
  'no-echo': { es: 'Nunca volvió su eco', pt: 'O eco nunca voltou', en: 'Its echo never came back' },
  'echo-blind': { es: 'No llega ningún eco: no se puede saber', pt: 'Nenhum eco chega: não é possível saber', en: 'No echo ever comes: nobody can tell' },
  'response-unseen': { es: 'Se entregó al bloque de código y su eco nunca llegó', pt: 'Foi entregue ao bloco de código e o eco nunca chegou', en: 'It was given to the code block, and its echo never came' },
  'look-up-failed': { es: 'No se pudo consultar el historial de Botmaker', pt: 'Não foi possível consultar o histórico do Botmaker', en: 'Botmaker’s history could not be asked' },
  'too-large': { es: 'Aviso demasiado grande', pt: 'Aviso grande demais', en: 'Notification too large' },
  'too-deep': { es: 'Aviso con demasiados niveles', pt: 'Aviso com níveis demais', en: 'Notification nested too deep' },
  'too-wide': { es: 'Aviso con demasiados datos', pt: 'Aviso com dados demais', en: 'Notification with too many values' },
  'not-utf8': { es: 'Aviso con texto ilegible', pt: 'Aviso com texto ilegível', en: 'Notification is not UTF-8' },
  'not-json': { es: 'Aviso que no es JSON', pt: 'Aviso que não é JSON', en: 'Notification is not JSON' },
  'not-an-object': { es: 'Aviso que no es un objeto', pt: 'Aviso que não é um objeto', en: 'Notification is not an object' },
  'messages-missing': { es: 'Aviso de mensaje sin su lista', pt: 'Aviso de mensagem sem a lista', en: 'Message notification without its list' },
  'message-malformed': { es: 'Mensaje con forma desconocida', pt: 'Mensagem com forma desconhecida', en: 'Message of unknown form' },
  'unknown-status': { es: 'Estado de mensaje desconocido', pt: 'Estado de mensagem desconhecido', en: 'Unknown message status' },
  'status-without-id': { es: 'Estado sin mensaje', pt: 'Estado sem mensagem', en: 'Status without a message' },
  'reader-failed': { es: 'Falló la lectura del aviso', pt: 'Falhou a leitura do aviso', en: 'Reading the notification failed' },
  poison: { es: 'Falló tres veces', pt: 'Falhou três vezes', en: 'Failed three times' },
} as const satisfies Record<string, ReasonText>;

export type ReasonCode = keyof typeof reasonCodes;

/** The reason in words, or the code itself when it has none (a quarantine names its own field). */
export function reasonText(code: string, language: keyof ReasonText): string {
  return code in reasonCodes ? reasonCodes[code as ReasonCode][language] : code;
}
