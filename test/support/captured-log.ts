import { PinoLogger } from 'nestjs-pino';
import { symbols } from 'pino';

/** What an app of this process writes into its log from now on; it no longer goes to standard output. */
export function captureLog(): { text(): string } {
  let text = '';
  Object.defineProperty(PinoLogger.root, symbols.streamSym, { value: { write: (line: string) => void (text += line) }, configurable: true, writable: true });
  return { text: () => text };
}
