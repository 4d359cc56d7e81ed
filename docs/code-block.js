// Code block for Botmaker (Código → new code action, Node.js 22): asks botmaker-agent for the answer to the customer's message.
// What to set is in these four lines; docs/botmaker-setup.md says when to run it.
const AGENT_URL = 'https://<host>/botmaker/code-action';
const SECURITY_TOKEN = '<BM_SECURITY_TOKEN>';
const HANDOFF_VARIABLE = 'external_handoff'; // the same as HANDOFF_VARIABLE of the agent
const TIME_LIMIT_MS = 14000; // longer than CODE_ACTION_DEADLINE_MS, shorter than the 17 s after which Botmaker runs the block again

const remember = (name, value) => {
  if (user.get(name) !== value) user.set(name, value);
};

const showMedia = ({ url, mimeType = '' }) => {
  const kind = ['image', 'video', 'audio'].find((one) => mimeType.startsWith(`${one}/`)) || 'file';
  result[kind](url);
};

const say = ({ text, buttons = [], media }) => {
  if (media) showMedia(media);
  if (buttons.length > 0) {
    const builder = result.buttonsBuilder().text(text || '');
    buttons.forEach(({ label, intent }) => builder.addButton(label, intent));
    builder.quickReplies();
    builder.send();
  } else if (text) {
    result.text(text);
  }
};

const goOn = ({ status, messages, agentIsSpeaking, returnIntent, reason }) => {
  bmconsole.log(`agent: ${status}${reason ? ` (${reason})` : ''}`);
  // The next message is for the agent, too: route it here while this variable is "true".
  remember(HANDOFF_VARIABLE, String(agentIsSpeaking));
  // Pending or ignored: there is nothing to say. The answer to a pending one comes by itself.
  messages.forEach(say);
  if (returnIntent) result.gotoRule(returnIntent);
};

const failed = (problem) => {
  bmconsole.log(`agent: no answer (${problem.message})`);
  // The agent learns of the message by the webhook, and answers it by the API as soon as it can.
  remember(HANDOFF_VARIABLE, 'true');
};

rp({
  method: 'POST',
  uri: AGENT_URL,
  headers: { 'auth-bm-token': SECURITY_TOKEN },
  body: { context: { userData: context.userData, message: context.message, params: context.params } },
  json: true,
  timeout: TIME_LIMIT_MS,
})
  .then(goOn)
  .catch(failed)
  .finally(() => result.done());
