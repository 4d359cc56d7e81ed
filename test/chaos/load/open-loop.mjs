// Calls the webhook at a constant rate, whatever the answers do: a slow answer does not hold up the calls behind it, and its
// time runs from when it was due. A process of its own, so that the rig's work does not lengthen what it measures.
import { Agent, request } from 'node:http';

const { url, token, rate, seconds, first, chats, channelId } = JSON.parse(process.argv[2]);
const tickMs = 5;
const patienceMs = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 1024 });
const total = rate * seconds;
const answers = [];

function bodyOf(number) {
  const chat = number % chats;
  const message = { _id_: `LOAD${String(number).padStart(16, '0')}`, date: new Date().toISOString(), from: 'user', fromCustomer: true, message: 'hola' };
  return JSON.stringify({ v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: channelId, contactId: `54911${90_000_000 + chat}`, customerId: `LOADCHAT${String(chat).padStart(12, '0')}`, messages: [message] });
}

function call(number, dueAt) {
  return new Promise((done) => {
    const body = bodyOf(number);
    const finish = (status) => {
      answers.push({ number, status, ms: performance.now() - dueAt, at: Date.now() });
      done();
    };
    const outgoing = request(url, { method: 'POST', agent, timeout: patienceMs, headers: { 'auth-bm-token': token, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume();
      answer.once('end', () => finish(answer.statusCode));
      answer.once('error', () => finish(null));
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.once('error', () => finish(null));
    outgoing.end(body);
  });
}

const startedAt = performance.now();
const calls = [];
while (calls.length < total) {
  const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1);
  while (calls.length < due) calls.push(call(first + calls.length, startedAt + (calls.length * 1000) / rate));
  await new Promise((next) => setTimeout(next, tickMs));
}
await Promise.all(calls);
process.send(answers, () => process.exit(0));
