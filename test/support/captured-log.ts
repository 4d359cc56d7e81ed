import { PinoLogger } from 'nestjs-pino';
import { symbols } from 'pino';

/** What an app of this process writes into its log from now on, down to the least serious line, instead of on standard output. */
export function captureLog(): { text(): string } {
  let text = '';
  PinoLogger.root.level = 'trace';
  Object.defineProperty(PinoLogger.root, symbols.streamSym, { value: { write: (line: string) => void (text += line) }, configurable: true, writable: true });
  return { text: () => text };
}
