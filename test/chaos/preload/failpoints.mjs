// node --import: the process signals itself at a point of the table when the rig has armed it.
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { points } from './points.mjs';
import { tell, wrap } from './wrap.mjs';

const armed = process.env.CHAOS_ARMED;

/**
 * Strikes when a file with the point's name and a signal lies there. Who takes it away strikes: of several replicas, and of
 * several calls in one of them, it is the first.
 */
function reach(point, at) {
  for (const signal of ['SIGKILL', 'SIGSTOP']) {
    try {
      unlinkSync(join(armed, `${point}.${signal}`));
    } catch {
      continue;
    }
    tell(`hit ${point} ${at === 'inside' ? 'inside' : signal}`);
    if (at !== 'inside') process.kill(process.pid, signal);
    return;
  }
}

for (const [name, { at, in: places, args: isMeant = () => true, result: isResult = () => true }] of Object.entries(points)) {
  await wrap(name, places, function (call, args) {
    if (!isMeant(args)) return call();
    if (at === 'before' || at === 'inside') reach(name, at);
    const outcome = call();
    if (at === 'during') setImmediate(() => reach(name, at));
    if (at !== 'after') return outcome;
    return Promise.resolve(outcome).then((value) => {
      if (isResult(value)) reach(name, at);
      return value;
    });
  });
}
