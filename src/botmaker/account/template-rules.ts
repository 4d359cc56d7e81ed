import type { TemplateSetup } from './setup.js';

/** WhatsApp lets it be sent [O]. One that does not tell its state is taken at its word. */
export const isApproved = ({ state }: Pick<TemplateSetup, 'state'>): boolean => state === null || state === 'APPROVED';

/** A template belongs to lines; another line can't send it [1]. One that does not tell them is taken at its word. */
export function belongsTo({ lineNumbers }: Pick<TemplateSetup, 'lineNumbers'>, isLine: (number: string) => boolean): boolean {
  return lineNumbers === null || lineNumbers.length === 0 || lineNumbers.some(isLine);
}
