export const languages = ['es', 'pt', 'en'] as const;
export type Language = (typeof languages)[number];

/** What we say ourselves where nobody has configured other words. */
export const ownWords = {
  es: {
    fallback: 'Disculpá, en este momento no puedo responderte. Probá de nuevo en unos minutos.',
    busy: 'Todavía estoy respondiendo tu mensaje anterior. En cuanto termine, escribime de nuevo.',
  },
  pt: {
    fallback: 'Desculpe, no momento não consigo responder. Tente de novo em alguns minutos.',
    busy: 'Ainda estou respondendo sua mensagem anterior. Assim que eu terminar, escreva de novo.',
  },
  en: {
    fallback: 'Sorry, I can’t answer you right now. Please try again in a few minutes.',
    busy: 'I am still answering your previous message. Please write again when I am done.',
  },
} as const satisfies Record<Language, Record<string, string>>;
