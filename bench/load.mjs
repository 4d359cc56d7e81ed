// The load generator, alone in its process: node load.mjs '{"url","token","connections","seconds"}'.
import autocannon from 'autocannon';
import { customerMessage, idPlaceholder } from './webhook-body.mjs';

const { url, token, connections, seconds } = JSON.parse(process.argv[2]);
let made = 0;

const result = await autocannon({
  url: `${url}/botmaker/webhook`,
  method: 'POST',
  connections,
  duration: seconds,
  timeout: 30,
  headers: { 'content-type': 'application/json', 'auth-bm-token': token },
  body: JSON.stringify(customerMessage()),
  setupClient: countIds,
});

const { requests, latency, errors, timeouts, non2xx, duration } = result;
process.send({ rps: result['2xx'] / duration, acknowledged: result['2xx'], requests: requests.total, p50: latency.p50, p99: latency.p99, max: latency.max, non2xx, errors, timeouts });

/**
 * Every request gets a message id of its own, written over the placeholder in the connection's own buffer: autocannon's ways
 * of doing that (idReplacement, setupRequest) build each request anew and cost it twice the CPU, which here is the servers'.
 * A connection has one request under way, so its buffer is free again when the next one is asked for.
 */
function countIds(client) {
  const request = Buffer.from(client.getRequestBuffer());
  const at = request.indexOf(idPlaceholder);
  if (at === -1) throw new Error('the prepared request holds no placeholder: the message ids would not differ');
  client.getRequestBuffer = () => {
    request.write(String(++made).padStart(idPlaceholder.length, '0'), at, 'latin1');
    return request;
  };
}
