export { RequiresRole } from './access/api-key.guard.js';
export { ApiKeys, type NewApiKey } from './access/api-keys.service.js';
export { keyRoles, type Caller, type KeyRole } from './access/key-role.js';
export { CheckedInput } from './api/checked-input.js';
export { EntryExport } from './api/entry-export.service.js';
export { ConsoleModule } from './console.module.js';
