import type { FindingEntry } from './entry.js';

/** What is wrong with lines, intents or the template. */
export const flowWords = {
  'lines-none': {
    topic: 'lines', severity: 'problem', team: 'botmaker',
    es: ['La cuenta del token no tiene ninguna línea.', 'Comprobar que el token sea de la cuenta correcta, o conectar una línea.'],
    pt: ['A conta do token não tem nenhuma linha.', 'Comprovar que o token seja da conta correta, ou conectar uma linha.'],
    en: ['The token’s account has no line.', 'Check that the token is of the right account, or connect a line.'],
  },
  'lines-from-chats': {
    topic: 'lines', severity: 'note', team: 'botmaker',
    es: ['Botmaker no muestra sus canales; las líneas se dedujeron de los chats del último día.', 'Mirar estado y calidad de la línea en Botmaker; si sigue, avisar a su soporte.'],
    pt: ['O Botmaker não mostra seus canais; as linhas foram deduzidas dos chats do último dia.', 'Olhar estado e qualidade da linha no Botmaker; se continuar, avisar ao suporte.'],
    en: ['Botmaker does not show its channels; the lines were inferred from yesterday’s chats.', 'Look at the line’s status and quality in Botmaker; if it stays so, tell its support.'],
  },
  'line-off': {
    topic: 'lines', severity: 'problem', team: 'botmaker',
    es: ['La línea {line} está desactivada.', 'Activarla en Botmaker, o quitarla del webhook.'],
    pt: ['A linha {line} está desativada.', 'Ativá-la no Botmaker, ou removê-la do webhook.'],
    en: ['The line {line} is switched off.', 'Switch it on in Botmaker, or take it out of the webhook.'],
  },
  'line-down': {
    topic: 'lines', severity: 'problem', team: 'botmaker',
    es: ['WhatsApp tiene la línea {line} en estado {status}: no puede enviar.', 'Resolverlo en el administrador de WhatsApp con soporte de Botmaker.'],
    pt: ['O WhatsApp tem a linha {line} no estado {status}: não pode enviar.', 'Resolver no gerenciador do WhatsApp com o suporte do Botmaker.'],
    en: ['WhatsApp has the line {line} in the state {status}: it cannot send.', 'Solve it in WhatsApp’s manager with Botmaker’s support.'],
  },
  'line-status-unknown': {
    topic: 'lines', severity: 'warning', team: 'botmaker',
    es: ['La línea {line} está en estado {status}, que no es CONNECTED.', 'Mirar la línea en Botmaker.'],
    pt: ['A linha {line} está no estado {status}, que não é CONNECTED.', 'Olhar a linha no Botmaker.'],
    en: ['The line {line} is in the state {status}, which is not CONNECTED.', 'Look at the line in Botmaker.'],
  },
  'line-quality-low': {
    topic: 'lines', severity: 'warning', team: 'botmaker',
    es: ['WhatsApp califica la línea {line} como {quality}: puede limitar sus envíos.', 'Revisar plantillas y quejas; menos mensajes que nadie pidió.'],
    pt: ['O WhatsApp classifica a linha {line} como {quality}: pode limitar seus envios.', 'Revisar modelos e queixas; menos mensagens que ninguém pediu.'],
    en: ['WhatsApp rates the line {line} {quality}: it may limit what it sends.', 'Review templates and complaints; send less that nobody asked for.'],
  },
  'lines-uncovered': {
    topic: 'lines', severity: 'note', team: 'botmaker',
    es: ['Hay líneas activas fuera del webhook: {lines}. El agente no las atiende.', 'Si debe atenderlas, agregarlas al webhook.'],
    pt: ['Há linhas ativas fora do webhook: {lines}. O agente não as atende.', 'Se deve atendê-las, adicioná-las ao webhook.'],
    en: ['There are active lines outside the webhook: {lines}. The agent does not serve them.', 'If it should, add them to the webhook.'],
  },
  'lines-lost': {
    topic: 'lines', severity: 'warning', team: 'botmaker',
    es: ['Hay líneas con chats nuestros que el webhook ya no incluye: {lines}.', 'Agregarlas al webhook; si otro las atiende ahora, nada.'],
    pt: ['Há linhas com chats nossos que o webhook já não inclui: {lines}.', 'Adicioná-las ao webhook; se outro as atende agora, nada.'],
    en: ['There are lines with chats of ours that the webhook does not include any more: {lines}.', 'Add them to the webhook; nothing, if somebody else serves them now.'],
  },
  'intent-missing': {
    topic: 'intents', severity: 'problem', team: 'flows',
    es: ['La intención «{name}» de {setting} no existe en Botmaker.', 'Crearla, o corregir el nombre: cuentan mayúsculas y espacios.'],
    pt: ['A intenção «{name}» de {setting} não existe no Botmaker.', 'Criá-la, ou corrigir o nome: maiúsculas e espaços contam.'],
    en: ['The intent “{name}” of {setting} does not exist in Botmaker.', 'Make it, or correct the name: capitals and spaces count.'],
  },
  'intent-off': {
    topic: 'intents', severity: 'problem', team: 'flows',
    es: ['La intención «{name}» de {setting} está desactivada.', 'Activarla en el flujo.'],
    pt: ['A intenção «{name}» de {setting} está desativada.', 'Ativá-la no fluxo.'],
    en: ['The intent “{name}” of {setting} is switched off.', 'Switch it on in the flow.'],
  },
  'intent-twice': {
    topic: 'intents', severity: 'warning', team: 'flows',
    es: ['Hay {count} intenciones que se llaman «{name}» ({setting}): no se sabe cuál corre.', 'Dejar una, o poner su id en {setting}.'],
    pt: ['Há {count} intenções chamadas «{name}» ({setting}): não se sabe qual roda.', 'Deixar uma, ou colocar seu id em {setting}.'],
    en: ['There are {count} intents called “{name}” ({setting}): nobody knows which runs.', 'Keep one, or set {setting} to its id.'],
  },
  'template-missing': {
    topic: 'template', severity: 'problem', team: 'botmaker',
    es: ['La plantilla «{name}» de WINDOW_TEMPLATE no existe.', 'Crearla en Botmaker, o corregir el nombre.'],
    pt: ['O modelo «{name}» de WINDOW_TEMPLATE não existe.', 'Criá-lo no Botmaker, ou corrigir o nome.'],
    en: ['The template “{name}” of WINDOW_TEMPLATE does not exist.', 'Make it in Botmaker, or correct the name.'],
  },
  'template-is-intent': {
    topic: 'template', severity: 'note', team: 'flows',
    es: ['WINDOW_TEMPLATE es la intención «{name}»: dentro de ella tiene que salir una plantilla aprobada.', 'Comprobar en el flujo que la intención envía una plantilla.'],
    pt: ['WINDOW_TEMPLATE é a intenção «{name}»: dentro dela tem que sair um modelo aprovado.', 'Comprovar no fluxo que a intenção envia um modelo.'],
    en: ['WINDOW_TEMPLATE is the intent “{name}”: an approved template must go out in it.', 'Check in the flow that the intent sends a template.'],
  },
  'template-pending': {
    topic: 'template', severity: 'problem', team: 'botmaker',
    es: ['La plantilla «{name}» espera su aprobación ({state}): Botmaker la acepta y la descarta sin decir nada.', 'Esperar la aprobación, o elegir otra ya aprobada.'],
    pt: ['O modelo «{name}» espera a aprovação ({state}): o Botmaker o aceita e o descarta sem dizer nada.', 'Esperar a aprovação, ou escolher outro já aprovado.'],
    en: ['The template “{name}” waits for its approval ({state}): Botmaker accepts it and drops it without a word.', 'Wait for the approval, or choose one that is approved.'],
  },
  'template-rejected': {
    topic: 'template', severity: 'problem', team: 'botmaker',
    es: ['WhatsApp rechazó la plantilla «{name}».', 'Corregir su texto con otro nombre y volver a pedir la aprobación.'],
    pt: ['O WhatsApp rejeitou o modelo «{name}».', 'Corrigir o texto com outro nome e pedir a aprovação de novo.'],
    en: ['WhatsApp rejected the template “{name}”.', 'Correct its text under another name and ask for approval again.'],
  },
  'template-other-line': {
    topic: 'template', severity: 'problem', team: 'botmaker',
    es: ['La plantilla «{name}» no es de las líneas {lines}: desde ellas no se puede enviar.', 'Crear la plantilla en esas líneas.'],
    pt: ['O modelo «{name}» não é das linhas {lines}: a partir delas não pode ser enviado.', 'Criar o modelo nessas linhas.'],
    en: ['The template “{name}” does not belong to the lines {lines}: they cannot send it.', 'Make the template on those lines.'],
  },
  'template-marketing': {
    topic: 'template', severity: 'warning', team: 'botmaker',
    es: ['La plantilla «{name}» es de marketing: cuesta más, y WhatsApp no la entrega a quien recibió muchas.', 'Usar una de la categoría UTILITY.'],
    pt: ['O modelo «{name}» é de marketing: custa mais, e o WhatsApp não o entrega a quem recebeu muitos.', 'Usar um da categoria UTILITY.'],
    en: ['The template “{name}” is marketing: it costs more, and WhatsApp does not deliver it to who got many.', 'Use one of the category UTILITY.'],
  },
  'template-moves-bot': {
    topic: 'template', severity: 'warning', team: 'flows',
    es: ['La plantilla «{name}» pasa el chat al bot «{bot}», y las intenciones configuradas son de «{flowBot}».', 'Usar una plantilla del mismo bot que RETURN_INTENT.'],
    pt: ['O modelo «{name}» passa o chat ao bot «{bot}», e as intenções configuradas são de «{flowBot}».', 'Usar um modelo do mesmo bot que RETURN_INTENT.'],
    en: ['The template “{name}” moves the chat to the bot “{bot}”, and the configured intents are of “{flowBot}”.', 'Use a template of the bot that RETURN_INTENT belongs to.'],
  },
} as const satisfies Record<string, FindingEntry>;
