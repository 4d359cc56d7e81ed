// Customers and Botmaker in one process, so that one clock sees both ends: a message goes to the webhook, and its time runs
// until `send-messages` for the same chat arrives here. Commands come as messages: { rate | none, chats, seconds, … }.
import { Agent, createServer, request } from 'node:http';
import { contactOf, customerMessage, reportsOf } from '../webhook-body.mjs';

const questions = ['¿Hacen envíos a Córdoba?', '¿Cuánto tarda el envío?', '¿Qué medios de pago aceptan?', '¿Cómo hago un cambio?', '¿Tienen garantía los productos?', '¿En qué horario atienden?'];
const agent = new Agent({ keepAlive: true, maxSockets: 200 });
const json = { 'content-type': 'application/json' };
/** The run that is going on. */
let run = null;
let made = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
  const chunks = [];
  incoming.on('data', (chunk) => chunks.push(chunk));
  incoming.once('end', () => {
    response.writeHead(202, json).end(`{"notificationId":"n${++made}"}`);
    if (incoming.url.endsWith('/send-messages')) answered(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (command) => {
  carryOut(command).then((result) => process.send(result));
});

async function carryOut({ url, token, rate = null, chats, seconds, once = false, handsOver = false, reports = false }) {
  run = { url, token, handsOver, reports, waiting: new Map(), latencies: [], refused: 0, written: 0, sends: 0, isOpen: true, again: rate === null && !once };
  const startedAt = performance.now();
  if (rate === null) for (let contact = 0; contact < chats; contact++) write(contact);
  else await writeAt(rate, chats, seconds);
  const until = once ? () => run.latencies.length === chats : () => performance.now() - startedAt >= seconds * 1000;
  await waitFor(until, 60_000);
  const answeredInTime = run.latencies.length;
  const elapsed = (performance.now() - startedAt) / 1000;
  run.isOpen = false;
  await waitFor(() => [...run.waiting.values()].every(({ length }) => length === 0), 20_000);
  const unanswered = [...run.waiting.values()].reduce((sum, { length }) => sum + length, 0);
  return { written: run.written, answered: run.latencies.length, perSecond: answeredInTime / elapsed, elapsed, unanswered, refused: run.refused, sends: run.sends, latencies: run.latencies };
}

/** Open loop: messages are written at their times, whether or not the earlier ones were answered. */
async function writeAt(rate, chats, seconds) {
  const startedAt = performance.now();
  for (let n = 0; n < rate * seconds; ) {
    const due = ((performance.now() - startedAt) / 1000) * rate;
    while (n < due && n < rate * seconds) write(n++ % chats);
    await new Promise((next) => setTimeout(next, 5));
  }
}

function write(contact) {
  const waiting = run.waiting.get(contact) ?? [];
  run.waiting.set(contact, waiting);
  waiting.push(performance.now());
  run.written++;
  post(customerMessage({ id: `BENCH${String(++made).padStart(15, '0')}`, contact, text: questions[made % questions.length], handsOver: run.handsOver }));
}

function answered({ chat, messages }) {
  const contact = contactOf(chat.contactId);
  run.sends++;
  const writtenAt = run.waiting.get(contact)?.shift();
  if (writtenAt !== undefined) run.latencies.push(performance.now() - writtenAt);
  if (run.reports) for (const { text, webhookPayload } of messages) for (const body of reportsOf({ contact, id: `SENT${++made}`, webhookPayload, text })) post(body);
  if (run.again && run.isOpen) write(contact);
}

function post(body) {
  const { url, token } = run;
  const outgoing = request(`${url}/botmaker/webhook`, { method: 'POST', agent, headers: { ...json, 'auth-bm-token': token } }, (response) => {
    response.resume();
    if (response.statusCode !== 200) run.refused++;
  });
  outgoing.on('error', () => run.refused++);
  outgoing.end(JSON.stringify(body));
}

async function waitFor(isDone, patienceMs) {
  const deadline = performance.now() + patienceMs;
  while (!isDone() && performance.now() < deadline) await new Promise((again) => setTimeout(again, 5));
}
