import type { FindingEntry } from './entry.js';

const switchOn = {
  es: 'Encenderlo en Integraciones → Webhooks.',
  pt: 'Ligá-lo em Integrações → Webhooks.',
  en: 'Switch it on in Integraciones → Webhooks.',
};

/** What is wrong with the webhook or its redirection rules. */
export const webhookWords = {
  'webhook-missing': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['La cuenta no tiene ningún webhook: Botmaker no avisa nada.', 'Crearlo en Integraciones → Webhooks; docs/botmaker-setup.md, paso 5.'],
    pt: ['A conta não tem nenhum webhook: o Botmaker não avisa nada.', 'Criá-lo em Integrações → Webhooks; docs/botmaker-setup.md, passo 5.'],
    en: ['The account has no webhook: Botmaker tells nothing.', 'Make it in Integraciones → Webhooks; docs/botmaker-setup.md, step 5.'],
  },
  'webhook-unclear': {
    topic: 'webhook', severity: 'warning', team: 'infrastructure',
    es: ['La cuenta tiene {count} webhooks y no se sabe cuál es el nuestro.', 'Definir PUBLIC_URL con la dirección pública de este programa.'],
    pt: ['A conta tem {count} webhooks e não se sabe qual é o nosso.', 'Definir PUBLIC_URL com o endereço público deste programa.'],
    en: ['The account has {count} webhooks, and nobody knows which is ours.', 'Set PUBLIC_URL to the public address of this program.'],
  },
  'webhook-elsewhere': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['Ningún webhook apunta a nuestra dirección; el que hay avisa a {host}.', 'Corregir la URL del webhook: la dirección pública seguida de /botmaker/webhook.'],
    pt: ['Nenhum webhook aponta para o nosso endereço; o que existe avisa a {host}.', 'Corrigir a URL do webhook: o endereço público seguido de /botmaker/webhook.'],
    en: ['No webhook leads to our address; the one there is tells {host}.', 'Correct the webhook’s URL: the public address followed by /botmaker/webhook.'],
  },
  'webhook-off': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook está desactivado: Botmaker no avisa nada.', switchOn.es],
    pt: ['O webhook está desativado: o Botmaker não avisa nada.', switchOn.pt],
    en: ['The webhook is switched off: Botmaker tells nothing.', switchOn.en],
  },
  'webhook-token-other': {
    topic: 'webhook', severity: 'problem', team: 'infrastructure',
    es: ['El token del webhook no es el nuestro: cada aviso se rechaza con 401.', 'Poner en BM_SECURITY_TOKEN el token de seguridad del webhook, ya: tras 100 rechazos Botmaker descarta mensajes.'],
    pt: ['O token do webhook não é o nosso: cada aviso é recusado com 401.', 'Colocar em BM_SECURITY_TOKEN o token de segurança do webhook, já: após 100 recusas o Botmaker descarta mensagens.'],
    en: ['The webhook’s token is not ours: each notification is refused with 401.', 'Set BM_SECURITY_TOKEN to the webhook’s security token, now: after 100 refusals Botmaker drops messages.'],
  },
  'webhook-token-previous': {
    topic: 'webhook', severity: 'warning', team: 'botmaker',
    es: ['El webhook todavía usa el token anterior.', 'Poner en el webhook el token nuevo (BM_SECURITY_TOKEN) y después quitar BM_SECURITY_TOKEN_PREVIOUS.'],
    pt: ['O webhook ainda usa o token anterior.', 'Colocar no webhook o token novo (BM_SECURITY_TOKEN) e depois remover BM_SECURITY_TOKEN_PREVIOUS.'],
    en: ['The webhook still uses the previous token.', 'Put the new token (BM_SECURITY_TOKEN) into the webhook, then remove BM_SECURITY_TOKEN_PREVIOUS.'],
  },
  'webhook-token-unsaid': {
    topic: 'webhook', severity: 'note', team: 'botmaker',
    es: ['Botmaker no muestra el token del webhook: no se pudo comparar con el nuestro.', 'Comprobar que los avisos reciben 200 (botón «Probar webhook»).'],
    pt: ['O Botmaker não mostra o token do webhook: não foi possível compará-lo com o nosso.', 'Comprovar que os avisos recebem 200 (botão «Testar webhook»).'],
    en: ['Botmaker does not show the webhook’s token: it could not be compared with ours.', 'Check that notifications are answered 200 (button “Test webhook”).'],
  },
  'webhook-version': {
    topic: 'webhook', severity: 'warning', team: 'botmaker',
    es: ['El webhook usa el formato {version}; el nuestro es v1.1.', 'Elegir el tipo v1.1 en el webhook.'],
    pt: ['O webhook usa o formato {version}; o nosso é v1.1.', 'Escolher o tipo v1.1 no webhook.'],
    en: ['The webhook uses the format {version}; ours is v1.1.', 'Choose the type v1.1 in the webhook.'],
  },
  'webhook-plain-http': {
    topic: 'webhook', severity: 'problem', team: 'infrastructure',
    es: ['El webhook avisa sin cifrar (http): mensajes y token viajan a la vista.', 'Publicar la dirección con HTTPS y un certificado válido, y cambiar la URL del webhook.'],
    pt: ['O webhook avisa sem criptografia (http): mensagens e token viajam à vista.', 'Publicar o endereço com HTTPS e um certificado válido, e trocar a URL do webhook.'],
    en: ['The webhook speaks plain http: messages and token travel in the open.', 'Publish the address with HTTPS and a valid certificate, and change the webhook’s URL.'],
  },
  'webhook-user-messages-off': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook no avisa los mensajes de usuarios: el agente no recibe nada.', switchOn.es],
    pt: ['O webhook não avisa as mensagens de usuários: o agente não recebe nada.', switchOn.pt],
    en: ['The webhook does not notify user messages: the agent gets nothing.', switchOn.en],
  },
  'webhook-bot-messages-off': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook no avisa los mensajes del bot: sin su eco no se sabe si una respuesta salió.', switchOn.es],
    pt: ['O webhook não avisa as mensagens do bot: sem o eco não se sabe se uma resposta saiu.', switchOn.pt],
    en: ['The webhook does not notify bot messages: without their echo nobody knows whether an answer went out.', switchOn.en],
  },
  'webhook-operator-messages-off': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook no avisa los mensajes de agentes: el agente podría hablar encima de una persona.', switchOn.es],
    pt: ['O webhook não avisa as mensagens de atendentes: o agente poderia falar por cima de uma pessoa.', switchOn.pt],
    en: ['The webhook does not notify operator messages: the agent might talk over a person.', switchOn.en],
  },
  'webhook-status-changes-off': {
    topic: 'webhook', severity: 'warning', team: 'botmaker',
    es: ['El webhook no avisa los cambios de estado: no se sabe qué se entregó, se leyó o falló.', switchOn.es],
    pt: ['O webhook não avisa as mudanças de estado: não se sabe o que foi entregue, lido ou falhou.', switchOn.pt],
    en: ['The webhook does not notify status changes: nobody knows what was delivered, read or failed.', switchOn.en],
  },
  'webhook-variable-changes-off': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook no incluye los cambios de variables: el agente no se entera de que el flujo le pasa un chat.', switchOn.es],
    pt: ['O webhook não inclui as mudanças de variáveis: o agente não fica sabendo que o fluxo lhe passa um chat.', switchOn.pt],
    en: ['The webhook does not include variable changes: the agent does not learn that the flow hands a chat over.', switchOn.en],
  },
  'webhook-flags-unsaid': {
    topic: 'webhook', severity: 'note', team: 'botmaker',
    es: ['Botmaker no dice qué avisa el webhook.', 'Comprobar en Integraciones → Webhooks que los cinco avisos estén encendidos.'],
    pt: ['O Botmaker não diz o que o webhook avisa.', 'Comprovar em Integrações → Webhooks que os cinco avisos estejam ligados.'],
    en: ['Botmaker does not say what the webhook notifies.', 'Check in Integraciones → Webhooks that all five switches are on.'],
  },
  'webhook-no-lines': {
    topic: 'webhook', severity: 'problem', team: 'botmaker',
    es: ['El webhook no tiene ningún canal: no avisa nada.', 'Agregar el canal de la línea al webhook (cada canal admite un solo webhook).'],
    pt: ['O webhook não tem nenhum canal: não avisa nada.', 'Adicionar o canal da linha ao webhook (cada canal aceita um único webhook).'],
    en: ['The webhook has no channel: it notifies nothing.', 'Add the line’s channel to the webhook (each channel takes one webhook only).'],
  },
  'rule-everybody': {
    topic: 'rules', severity: 'problem', team: 'development',
    es: ['La regla de redirección «{rule}» no pide ninguna variable: puede mandar todos los chats a {host}.', 'Borrarla, o darle una variable; npm run disconnect quita las que hizo connect.'],
    pt: ['A regra de redirecionamento «{rule}» não pede nenhuma variável: pode mandar todos os chats a {host}.', 'Apagá-la, ou dar-lhe uma variável; npm run disconnect remove as feitas pelo connect.'],
    en: ['The redirection rule “{rule}” asks for no variable: it may send every chat to {host}.', 'Delete it, or give it a variable; npm run disconnect removes those that connect made.'],
  },
  'rule-elsewhere': {
    topic: 'rules', severity: 'warning', team: 'development',
    es: ['La regla de redirección «{rule}» manda a {host} los chats con {variables}: a esos no los atiende este programa.', 'Nada si es de alguien que prueba; si no, borrarla (npm run disconnect).'],
    pt: ['A regra de redirecionamento «{rule}» manda a {host} os chats com {variables}: este programa não os atende.', 'Nada se for de alguém que testa; senão, apagá-la (npm run disconnect).'],
    en: ['The redirection rule “{rule}” sends the chats with {variables} to {host}: this program does not serve them.', 'Nothing if somebody is trying things out; otherwise delete it (npm run disconnect).'],
  },
  'rule-unread': {
    topic: 'rules', severity: 'warning', team: 'development',
    es: ['Una regla de redirección manda chats a {host}; no se pudo ver cuáles.', 'Mirarla en Botmaker; si no es de alguien que prueba, borrarla.'],
    pt: ['Uma regra de redirecionamento manda chats a {host}; não foi possível ver quais.', 'Olhá-la no Botmaker; se não for de alguém que testa, apagá-la.'],
    en: ['A redirection rule sends chats to {host}; which ones could not be seen.', 'Look at it in Botmaker; if nobody is trying things out, delete it.'],
  },
  'rule-ours': {
    topic: 'rules', severity: 'note', team: 'development',
    es: ['Este programa recibe solo los chats de la regla de redirección «{rule}».', 'Nada, si es lo que se quiere; SWEEP_EVERY_MS=0 evita que conteste los demás.'],
    pt: ['Este programa recebe apenas os chats da regra de redirecionamento «{rule}».', 'Nada, se é o que se quer; SWEEP_EVERY_MS=0 evita que responda aos demais.'],
    en: ['This program gets only the chats of the redirection rule “{rule}”.', 'Nothing, if that is wanted; SWEEP_EVERY_MS=0 keeps it from answering the others.'],
  },
} as const satisfies Record<string, FindingEntry>;
