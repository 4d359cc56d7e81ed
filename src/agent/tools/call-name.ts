import { createHash } from 'node:crypto';

/**
 * The name of a call within its turn, by tool and arguments. Not the id that the provider gave it: some repeat theirs, and
 * when the model is asked again it gives new ones. So the same call is the same effect, also when the model asks for it twice.
 */
export function callName(tool: string, args: unknown): string {
  return `${tool}-${createHash('sha256').update(canonical(args)).digest('hex').slice(0, 16)}`;
}

/** JSON with the fields in order: `{a, b}` and `{b, a}` are the same arguments. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`;
}
