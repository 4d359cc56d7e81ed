import { parseArgs } from 'node:util';
import { ApiKeys, ConsoleModule, keyRoles, type KeyRole } from '../../console/index.js';
import { UsageError, type Command } from '../command.js';

const usage = 'api-key create --name NAME --role analyst|operator|admin | api-key list | api-key revoke ID';

/** Makes, lists and revokes keys for the analyst API. A new key is shown once and stored as a hash. */
export const apiKeyCommand: Command = {
  usage,
  rooms: [ConsoleModule],
  async run(app, [action, ...args]) {
    const keys = app.get(ApiKeys, { strict: false });
    if (action === 'create') {
      const { name, role } = parseArgs({ args, options: { name: { type: 'string' }, role: { type: 'string' } } }).values;
      if (!name || !isRole(role)) throw new UsageError(usage);
      const { key } = await keys.create(name, role);
      console.log(key);
    } else if (action === 'list') {
      console.table(await keys.list());
    } else if (action === 'revoke' && args[0]) {
      await keys.revoke(args[0]);
      console.log('revoked');
    } else {
      throw new UsageError(usage);
    }
  },
};

const isRole = (role: string | undefined): role is KeyRole => keyRoles.some((known) => known === role);
