import type { MessageContent } from '../botmaker/index.js';

/** What a customer wrote or tapped; null when he sent more than words, or none. */
export function wordsIn(stored: unknown): string | null {
  const { text, selection, media = [], contacts = [], location, unsupported } = (stored ?? {}) as Partial<MessageContent>;
  const words = selection?.label ?? text ?? '';
  return words.trim() === '' || media.length + contacts.length > 0 || location || unsupported ? null : words;
}

/** In small letters, without accents and signs, one space between words. */
export function withoutSigns(text: string): string {
  return text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** `bare`: without signs. Nothing but a greeting, or what people say before they say what they want. */
export const isGreeting = (bare: string): boolean => greeting.test(bare);

const greeting =
  /^(?:(?:hola+|holis|buen[oa]?s?|dias?|tardes?|noches?|que tal|como (?:estas?|estan|andas?|va)|todo bien|saludos|disculp[ae]|perdon|permiso|(?:tengo |quiero hacer |te hago )?una (?:consulta|pregunta|duda)|oi+|ola|bom dia|boa|tudo bem|(?:tenho )?uma (?:duvida|pergunta)|hi+|hello|hey|good|morning|afternoon|evening|how are you|i have a question)(?: |$))+$/;
