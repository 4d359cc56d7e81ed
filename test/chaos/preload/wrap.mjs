// Changes what a method of the built product does, from outside: the product itself holds no line for tests.
import 'reflect-metadata';
import { writeSync } from 'node:fs';

/** Where the supervisor listens. Written synchronously: the next thing that happens may be this process's end. */
export function tell(line) {
  writeSync(3, `${line}\n`);
}

/**
 * Puts `around(call, args)` in the place of the first of `places` that exists (a room may rename its methods). None is an
 * error that ends the run: a failpoint that is never reached proves nothing.
 */
export async function wrap(name, places, around) {
  for (const [file, className, method] of places) {
    const prototype = await prototypeOf(file, className);
    const original = prototype?.[method];
    if (typeof original !== 'function') continue;
    prototype[method] = function (...args) {
      return around.call(this, (...given) => original.apply(this, given.length > 0 ? given : args), args);
    };
    for (const key of Reflect.getMetadataKeys(original)) Reflect.defineMetadata(key, Reflect.getMetadata(key, original), prototype[method]);
    return;
  }
  const known = places.map(([file, className, method]) => `${className}.${method} in ${file}`).join(', ');
  tell(`broken ${name}: there is no ${known}: mend test/chaos/preload`);
  process.exit(1);
}

async function prototypeOf(file, className) {
  try {
    return (await import(file.startsWith('build/') ? new URL(`../../../${file}`, import.meta.url) : file))[className]?.prototype;
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
