// Many callers at once, in a process of their own, so that what they cost the program can be told from what they cost themselves.
// Reads { port, heads, then, bytes } from standard input. Each caller writes its head and then a body ("sized", "chunked"), or
// one byte of it every two seconds ("drip"), or nothing more ("idle"). Prints how each one ended: [{ status, ms, written }].
import { text } from 'node:stream/consumers';
import { connect } from 'node:net';

const { port, heads, then, bytes = 0 } = JSON.parse(await text(process.stdin));
const block = Buffer.alloc(64 * 1024, 'x');
const wire = then === 'chunked' ? Buffer.concat([Buffer.from(`${block.length.toString(16)}\r\n`), block, Buffer.from('\r\n')]) : block;

function pour(socket, left) {
  if (left <= 0 || socket.destroyed) return;
  const goesOn = socket.write(left < block.length && then === 'sized' ? block.subarray(0, left) : wire);
  const more = () => pour(socket, left - block.length);
  if (goesOn) setImmediate(more);
  else socket.once('drain', more);
}

function call(head) {
  return new Promise((done) => {
    const startedAt = performance.now();
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let drip;
    socket.on('connect', () => {
      if (head) socket.write(Buffer.from(head, 'latin1'));
      if (then === 'drip') drip = setInterval(() => socket.write('x'), 2000);
      else if (then !== 'idle') pour(socket, bytes);
    });
    socket.on('data', (data) => (answer += data.toString('latin1')));
    // A connection that was ended by a reset ended all the same; whether the answer came first is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      done({ status: Number(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), ms: Math.round(performance.now() - startedAt), written: socket.bytesWritten });
    });
  });
}

process.stdout.write(JSON.stringify(await Promise.all(heads.map(call))));
