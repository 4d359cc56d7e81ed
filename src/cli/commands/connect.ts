import { parseArgs } from 'node:util';
import { DoctorModule, Redirection } from '../../doctor/index.js';
import { UsageError, type Command } from '../command.js';
import { asKept, tellSteps } from '../tell-steps.js';

const usage = 'connect --url https://HOST --contact CONTACT [--line LINE] [--variable NAME=VALUE] [--dry-run]';

/** Routes one chat, a developer's own, to another address: by a redirection rule of the webhook and a variable of that chat. */
export const connectCommand: Command = {
  usage,
  rooms: [DoctorModule],
  async run(app, args, { isAccountThere }) {
    const { url, contact, line, variable, isDry } = optionsOf(args);
    if (!isAccountThere) throw new UsageError('no account is configured, and the sandbox is not running');
    const steps = await app.get(Redirection, { strict: false }).connect({ contactId: asKept(contact), line, variable }, url, isDry);
    tellSteps(steps, isDry);
    if (!isDry) console.log('On your machine set SWEEP_EVERY_MS=0: its database knows none of the other chats and would answer them.');
  },
};

interface Options {
  url: string;
  contact: string;
  line: string | null;
  variable: { name: string; value: string } | null;
  isDry: boolean;
}

function optionsOf(args: string[]): Options {
  const given = parsed(args);
  const { url, contact, line, variable } = given;
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(variable ?? '') ?? [];
  if (!url || !contact || (variable !== undefined && !variable.includes('='))) throw new UsageError(usage);
  return { url, contact, line: line ?? null, variable: variable === undefined ? null : { name, value }, isDry: given['dry-run'] ?? false };
}

function parsed(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ args, options: { url: text, contact: text, line: text, variable: text, 'dry-run': { type: 'boolean' } } }).values;
  } catch {
    throw new UsageError(usage);
  }
}
