import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

/** What a block told Botmaker to do, in order. */
export type Said = [what: string, ...with_: unknown[]];

interface Request {
  method: string;
  uri: string;
  headers: Record<string, string>;
  body: unknown;
  timeout: number;
}

export interface BlockRun {
  said: Said[];
  variables: Record<string, string>;
}

const file = new URL('../../docs/code-block.js', import.meta.url);

/**
 * Runs docs/code-block.js as Botmaker would, with the objects that its sandbox has (`context`, `user`, `result`, `bmconsole`,
 * `rp`), and the two placeholders filled in. Resolves when the block says that it is done.
 */
export async function runBlock({ url, token, context, variables = {} }: { url: string; token: string; context: object; variables?: Record<string, string> }): Promise<BlockRun> {
  const said: Said[] = [];
  const known = { ...variables };
  const source = readFileSync(file, 'utf8').replace('https://<host>/botmaker/code-action', url).replace('<BM_SECURITY_TOKEN>', token);
  await new Promise<void>((done) => {
    const tell = (what: string) => (...given: unknown[]): void => void said.push([what, ...given]);
    const result = {
      text: tell('text'), image: tell('image'), video: tell('video'), audio: tell('audio'), file: tell('file'), gotoRule: tell('gotoRule'),
      buttonsBuilder: () => builder(said),
      done: () => {
        said.push(['done']);
        done();
      },
    };
    const user = { get: (name: string) => known[name] ?? null, set: (name: string, value: string) => void (known[name] = value) };
    runInNewContext(source, { context, user, result, bmconsole: { log: () => undefined }, rp });
  });
  return { said, variables: known };
}

/** As Botmaker's builder: nothing is shown before `send`. */
function builder(said: Said[]): object {
  const parts: unknown[] = [];
  const made = {
    text: (text: string) => (parts.push(text), made),
    addButton: (label: string, rule: string) => (parts.push({ label, rule }), made),
    quickReplies: () => made,
    send: () => void said.push(['buttons', ...parts]),
  };
  return made;
}

/** As request-promise with `json: true`: rejects on a time-out and on any status but 2xx. */
async function rp({ method, uri, headers, body, timeout }: Request): Promise<unknown> {
  const response = await fetch(uri, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(timeout) });
  if (!response.ok) throw new Error(`${response.status} - ${await response.text()}`);
  return response.json();
}
