// The world outside, for every side: a model that answers after `?wait=` ms and a Botmaker that accepts everything.
import { createServer } from 'node:http';

const completion = JSON.stringify({
  id: 'chatcmpl-bench', object: 'chat.completion', created: 1, model: 'bench',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Sí, hacemos envíos a todo el país.' } }],
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
});
const json = { 'content-type': 'application/json' };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  request.once('end', () => {
    if (!request.url.startsWith('/model/')) return response.writeHead(202, json).end('{"notificationId":"bench"}');
    const waitMs = Number(new URLSearchParams(request.url.split('?')[1]).get('wait') ?? 0);
    const answer = () => response.writeHead(200, json).end(completion);
    return waitMs > 0 ? setTimeout(answer, waitMs) : answer();
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
