import type { Operator } from '../twin/index.js';

/** The person who plays the operator. */
export const operator: Operator = { id: 'operadora-1', name: 'Olga, operadora', email: 'olga@example.com', role: 'agent' };
