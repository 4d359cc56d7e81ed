// The world outside, for every side: a model that answers after `?wait=` ms, one that searches first, and a Botmaker that
// accepts everything.
import { createServer } from 'node:http';

const completion = JSON.stringify({
  id: 'chatcmpl-bench', object: 'chat.completion', created: 1, model: 'bench',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Sí, hacemos envíos a todo el país.' } }],
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
});
const search = JSON.stringify({
  ...JSON.parse(completion),
  choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [{ id: 'call_bench', type: 'function', function: { name: 'search_knowledge', arguments: '{"query":"envíos a Córdoba"}' } }] } }],
});
const json = { 'content-type': 'application/json' };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.once('end', () => {
    if (!request.url.startsWith('/model/')) return response.writeHead(202, json).end('{"notificationId":"bench"}');
    const waitMs = Number(new URLSearchParams(request.url.split('?')[1]).get('wait') ?? 0);
    // The model that searches does it once: what it found is there when it is asked again.
    const searches = request.url.startsWith('/model/searching/') && !Buffer.concat(chunks).includes('"role":"tool"');
    const answer = () => response.writeHead(200, json).end(searches ? search : completion);
    return waitMs > 0 ? setTimeout(answer, waitMs) : answer();
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
