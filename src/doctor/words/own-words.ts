import type { FindingEntry } from './entry.js';

/** What is wrong with our own settings, with the token, or with the way to Botmaker. */
export const ownWords = {
  'config-invalid': {
    topic: 'configuration', severity: 'problem', team: 'infrastructure',
    es: ['La configuración tiene un error: {problem}', 'Corregir la variable; docs/env.md dice qué acepta cada una.'],
    pt: ['A configuração tem um erro: {problem}', 'Corrigir a variável; docs/env.md diz o que cada uma aceita.'],
    en: ['The configuration has an error: {problem}', 'Correct the variable; docs/env.md says what each accepts.'],
  },
  'return-intent-unset': {
    topic: 'intents', severity: 'problem', team: 'flows',
    es: ['No hay intención de vuelta (RETURN_INTENT): un chat que tomó el agente no puede volver al flujo.', 'Crear la intención que limpia la variable y reactiva el bot, y pasar su nombre a infraestructura para RETURN_INTENT.'],
    pt: ['Não há intenção de retorno (RETURN_INTENT): um chat assumido pelo agente não pode voltar ao fluxo.', 'Criar a intenção que limpa a variável e reativa o bot, e passar o nome à infraestrutura para RETURN_INTENT.'],
    en: ['There is no return intent (RETURN_INTENT): a chat that the agent took cannot go back to the flow.', 'Make the intent that clears the variable and unmutes the bot, and give its name to infrastructure for RETURN_INTENT.'],
  },
  'human-intent-unset': {
    topic: 'intents', severity: 'note', team: 'flows',
    es: ['No hay intención de derivación a personas (HUMAN_INTENT): quien pide una persona vuelve al flujo.', 'Si hay equipo humano: crear la intención que deriva a su cola y ponerla en HUMAN_INTENT.'],
    pt: ['Não há intenção de encaminhamento a pessoas (HUMAN_INTENT): quem pede uma pessoa volta ao fluxo.', 'Se há equipe humana: criar a intenção que encaminha à fila e colocá-la em HUMAN_INTENT.'],
    en: ['There is no queue intent (HUMAN_INTENT): who asks for a person goes back to the flow.', 'If there is a human team: make the intent that sends to its queue and set HUMAN_INTENT.'],
  },
  'mute-intent-unset': {
    topic: 'intents', severity: 'note', team: 'flows',
    es: ['No hay intención de silencio (MUTE_INTENT): cuando el silencio del bot vence, el flujo vuelve a contestar.', 'Crear una intención que solo silencie el bot y ponerla en MUTE_INTENT.'],
    pt: ['Não há intenção de silêncio (MUTE_INTENT): quando o silêncio do bot expira, o fluxo volta a responder.', 'Criar uma intenção que apenas silencie o bot e colocá-la em MUTE_INTENT.'],
    en: ['There is no mute intent (MUTE_INTENT): when the bot’s mute ends, the flow answers again.', 'Make an intent that only mutes the bot and set MUTE_INTENT.'],
  },
  'window-template-unset': {
    topic: 'template', severity: 'warning', team: 'botmaker',
    es: ['No hay plantilla para reabrir la conversación (WINDOW_TEMPLATE): una respuesta fuera de las 24 horas no llega.', 'Crear una plantilla de utilidad, esperar su aprobación y ponerla en WINDOW_TEMPLATE.'],
    pt: ['Não há modelo para reabrir a conversa (WINDOW_TEMPLATE): uma resposta fora das 24 horas não chega.', 'Criar um modelo de utilidade, esperar a aprovação e colocá-lo em WINDOW_TEMPLATE.'],
    en: ['There is no template to re-open a conversation (WINDOW_TEMPLATE): an answer outside the 24 hours does not arrive.', 'Make a utility template, wait for its approval and set WINDOW_TEMPLATE.'],
  },
  'public-url-unset': {
    topic: 'webhook', severity: 'note', team: 'infrastructure',
    es: ['PUBLIC_URL no está definida: no se puede comprobar que el webhook apunte a este programa.', 'Definir PUBLIC_URL con la dirección pública, por ejemplo https://agente.ejemplo.com.'],
    pt: ['PUBLIC_URL não está definida: não se pode comprovar que o webhook aponte para este programa.', 'Definir PUBLIC_URL com o endereço público, por exemplo https://agente.exemplo.com.'],
    en: ['PUBLIC_URL is not set: whether the webhook leads to this program cannot be checked.', 'Set PUBLIC_URL to the public address, for example https://agent.example.com.'],
  },
  'sandbox-in-use': {
    topic: 'configuration', severity: 'note', team: 'development',
    es: ['Es el sandbox: la cuenta de Botmaker corre en esta máquina.', 'Nada. Para una cuenta real: BM_ACCESS_TOKEN y BM_SECURITY_TOKEN.'],
    pt: ['É o sandbox: a conta do Botmaker roda nesta máquina.', 'Nada. Para uma conta real: BM_ACCESS_TOKEN e BM_SECURITY_TOKEN.'],
    en: ['This is the sandbox: the Botmaker account runs on this machine.', 'Nothing. For a real account: BM_ACCESS_TOKEN and BM_SECURITY_TOKEN.'],
  },
  'sandbox-not-running': {
    topic: 'api', severity: 'unseen', team: 'development',
    es: ['No hay cuenta de Botmaker configurada y el sandbox no está corriendo: no hay a quién preguntar.', 'Iniciar el programa (npm start) y volver a mirar, o definir BM_ACCESS_TOKEN y BM_SECURITY_TOKEN.'],
    pt: ['Não há conta do Botmaker configurada e o sandbox não está rodando: não há a quem perguntar.', 'Iniciar o programa (npm start) e olhar de novo, ou definir BM_ACCESS_TOKEN e BM_SECURITY_TOKEN.'],
    en: ['No Botmaker account is configured and the sandbox is not running: there is nobody to ask.', 'Start the program (npm start) and look again, or set BM_ACCESS_TOKEN and BM_SECURITY_TOKEN.'],
  },
  'botmaker-unreachable': {
    topic: 'api', severity: 'problem', team: 'infrastructure',
    es: ['No se llega a Botmaker: la conexión no se establece.', 'Revisar BM_API_BASE, el DNS, la salida a internet (firewall, NetworkPolicy) y el reloj (certificados).'],
    pt: ['Não se chega ao Botmaker: a conexão não se estabelece.', 'Revisar BM_API_BASE, o DNS, a saída à internet (firewall, NetworkPolicy) e o relógio (certificados).'],
    en: ['Botmaker cannot be reached: the connection never stands.', 'Check BM_API_BASE, DNS, the way out (firewall, NetworkPolicy) and the clock (certificates).'],
  },
  'botmaker-unseen': {
    topic: 'api', severity: 'unseen', team: 'infrastructure',
    es: ['No se pudo ver {what} ({why}).', 'Mirar de nuevo en unos minutos; si sigue, docs/runbook.md explica el código.'],
    pt: ['Não foi possível ver {what} ({why}).', 'Olhar de novo em alguns minutos; se continuar, docs/runbook.md explica o código.'],
    en: ['{what} could not be seen ({why}).', 'Look again in a few minutes; if it stays so, docs/runbook.md explains the code.'],
  },
  'token-masked': {
    topic: 'token', severity: 'problem', team: 'infrastructure',
    es: ['BM_ACCESS_TOKEN tiene asteriscos: se pegó el token enmascarado que muestra la consola.', 'Pedir el token entero al equipo de Botmaker (se ve una sola vez, al crearlo) y pegarlo completo.'],
    pt: ['BM_ACCESS_TOKEN tem asteriscos: foi colado o token mascarado que o console mostra.', 'Pedir o token inteiro à equipe do Botmaker (aparece uma única vez, ao criá-lo) e colá-lo completo.'],
    en: ['BM_ACCESS_TOKEN holds asterisks: the masked token that the console shows was pasted.', 'Ask the Botmaker team for the whole token (it is shown once, when it is made) and paste all of it.'],
  },
  'token-sealed-otherwise': {
    topic: 'token', severity: 'problem', team: 'infrastructure',
    es: ['Las credenciales guardadas no se abren con esta ENCRYPTION_KEY.', 'Volver a poner la clave anterior; si se perdió, docs/runbook.md, «Change ENCRYPTION_KEY».'],
    pt: ['As credenciais guardadas não se abrem com esta ENCRYPTION_KEY.', 'Repor a chave anterior; se foi perdida, docs/runbook.md, «Change ENCRYPTION_KEY».'],
    en: ['The stored credentials do not open with this ENCRYPTION_KEY.', 'Set the old key again; if it is lost: docs/runbook.md, “Change ENCRYPTION_KEY”.'],
  },
  'token-no-jwt': {
    topic: 'token', severity: 'warning', team: 'infrastructure',
    es: ['El token de la API no tiene forma de JWT: puede estar cortado, y no se sabe cuándo vence.', 'Comparar con el token que dio el equipo de Botmaker: empieza con eyJ y tiene tres partes.'],
    pt: ['O token da API não tem forma de JWT: pode estar cortado, e não se sabe quando expira.', 'Comparar com o token dado pela equipe do Botmaker: começa com eyJ e tem três partes.'],
    en: ['The API token does not look like a JWT: it may be cut off, and nobody knows when it ends.', 'Compare it with the token that the Botmaker team gave: it begins with eyJ and has three parts.'],
  },
  'token-ended': {
    topic: 'token', severity: 'problem', team: 'botmaker',
    es: ['El token de la API venció el {at}.', 'Crear uno nuevo en Botmaker y entregarlo entero, con client id, secret id y refresh token, a infraestructura.'],
    pt: ['O token da API expirou em {at}.', 'Criar um novo no Botmaker e entregá-lo inteiro, com client id, secret id e refresh token, à infraestrutura.'],
    en: ['The API token ended on {at}.', 'Make a new one in Botmaker and give all of it, with client id, secret id and refresh token, to infrastructure.'],
  },
  'token-ends-soon': {
    topic: 'token', severity: 'problem', team: 'botmaker',
    es: ['El token de la API vence el {at} y no se puede renovar solo: faltan las credenciales de renovación.', 'Dar a infraestructura client id, secret id y refresh token (BM_CLIENT_ID, BM_SECRET_ID, BM_REFRESH_TOKEN), o un token nuevo.'],
    pt: ['O token da API expira em {at} e não pode ser renovado sozinho: faltam as credenciais de renovação.', 'Dar à infraestrutura client id, secret id e refresh token (BM_CLIENT_ID, BM_SECRET_ID, BM_REFRESH_TOKEN), ou um token novo.'],
    en: ['The API token ends on {at} and cannot renew itself: what a refresh needs is not set.', 'Give infrastructure client id, secret id and refresh token (BM_CLIENT_ID, BM_SECRET_ID, BM_REFRESH_TOKEN), or a new token.'],
  },
  'token-refresh-due': {
    topic: 'token', severity: 'note', team: 'infrastructure',
    es: ['El token de la API vence el {at}; el programa lo renueva solo.', 'Nada, mientras la alarma credential-refresh-failing esté apagada.'],
    pt: ['O token da API expira em {at}; o programa o renova sozinho.', 'Nada, enquanto o alarme credential-refresh-failing estiver desligado.'],
    en: ['The API token ends on {at}; the program renews it by itself.', 'Nothing, as long as the alarm credential-refresh-failing is off.'],
  },
  'refresh-unset': {
    topic: 'token', severity: 'note', team: 'botmaker',
    es: ['No hay credenciales para renovar el token antes de que venza.', 'Dar a infraestructura client id, secret id y refresh token.'],
    pt: ['Não há credenciais para renovar o token antes que expire.', 'Dar à infraestrutura client id, secret id e refresh token.'],
    en: ['There is nothing to renew the token with before it ends.', 'Give infrastructure client id, secret id and refresh token.'],
  },
  'token-refused': {
    topic: 'token', severity: 'problem', team: 'botmaker',
    es: ['Botmaker no acepta el token de la API (401).', 'Crear uno nuevo en Botmaker y entregarlo entero a infraestructura para BM_ACCESS_TOKEN; reiniciar.'],
    pt: ['O Botmaker não aceita o token da API (401).', 'Criar um novo no Botmaker e entregá-lo inteiro à infraestrutura para BM_ACCESS_TOKEN; reiniciar.'],
    en: ['Botmaker does not take the API token (401).', 'Make a new one in Botmaker and give all of it to infrastructure for BM_ACCESS_TOKEN; restart.'],
  },
  'token-forbidden': {
    topic: 'token', severity: 'problem', team: 'botmaker',
    es: ['El token no tiene permiso para ver {what} (403).', 'Dar al token los permisos de la API en Botmaker.'],
    pt: ['O token não tem permissão para ver {what} (403).', 'Dar ao token as permissões da API no Botmaker.'],
    en: ['The token may not see {what} (403).', 'Give the token the API’s permissions in Botmaker.'],
  },
} as const satisfies Record<string, FindingEntry>;
