import type { MessageContent } from '../../botmaker/index.js';
import { withoutSigns } from '../plain-words.js';

/** What people answer to "may we go on?", in Spanish, Portuguese and English; and a greeting. */
const yes =
  /^(?:(?:si+|sip|ok|oka|okey|okay|dale|claro|bueno|por favor|por supuesto|quiero|de acuerdo|listo|continuar|continuemos|adelante|hola+|buen[oa]?s?|dias?|tardes?|noches?|aca estoy|aqui estoy|sim|pode|quero|continue|vamos|oi+|ola|bom|boa|dia|tarde|noite|yes|yep|sure|please|go on|hi+|hello|gracias|obrigad[oa]|thanks)(?: |$))+$/;

/** Whether a message says no more than that its writer is there (again): what he is told then answers it. */
export function isConsent(content: unknown): boolean {
  const { selection, text, media = [], location, contacts = [] } = content as Partial<MessageContent>;
  if (selection) return true;
  if (media.length > 0 || location || contacts.length > 0) return false;
  return !(text ?? '').includes('?') && yes.test(withoutSigns(text ?? ''));
}
