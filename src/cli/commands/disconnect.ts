import { parseArgs } from 'node:util';
import { DoctorModule, Redirection } from '../../doctor/index.js';
import { UsageError, type Command } from '../command.js';
import { asKept, tellSteps } from '../tell-steps.js';

const usage = 'disconnect --contact CONTACT [--line LINE] [--dry-run]';

/** Takes back what `connect` did for this chat, and nothing else. */
export const disconnectCommand: Command = {
  usage,
  rooms: [DoctorModule],
  async run(app, args, { isAccountThere }) {
    const { contact, line = null, 'dry-run': isDry = false } = parsed(args);
    if (!contact) throw new UsageError(usage);
    if (!isAccountThere) throw new UsageError('no account is configured, and the sandbox is not running');
    tellSteps(await app.get(Redirection, { strict: false }).disconnect({ contactId: asKept(contact), line }, isDry), isDry);
  },
};

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: { contact: { type: 'string' }, line: { type: 'string' }, 'dry-run': { type: 'boolean' } } }).values;
  } catch {
    throw new UsageError(usage);
  }
}
