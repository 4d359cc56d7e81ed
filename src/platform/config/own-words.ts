export const languages = ['es', 'pt', 'en'] as const;
export type Language = (typeof languages)[number];

/** What we say ourselves where nobody has configured other words. */
export const ownWords = {
  es: {
    fallback: 'Disculpá, en este momento no puedo responderte. Probá de nuevo en unos minutos.',
    busy: 'Todavía estoy respondiendo tu mensaje anterior. En cuanto termine, escribime de nuevo.',
    closing: '¡Gracias a vos! Que tengas un buen día.',
    optOut: 'Listo, no vamos a enviarte más mensajes. Si querés volver a recibirlos, escribí ALTA.',
    replyCap: 'Hasta acá puedo ayudarte por este medio. Te derivo para que puedas seguir.',
    inactivity: 'Sigo por acá si necesitás algo más. Si no, en un rato cierro esta conversación.',
  },
  pt: {
    fallback: 'Desculpe, no momento não consigo responder. Tente de novo em alguns minutos.',
    busy: 'Ainda estou respondendo sua mensagem anterior. Assim que eu terminar, escreva de novo.',
    closing: 'Eu que agradeço! Tenha um bom dia.',
    optOut: 'Pronto, não vamos mais enviar mensagens a você. Para voltar a receber, escreva VOLTAR A RECEBER.',
    replyCap: 'Até aqui consigo ajudar por este meio. Vou encaminhar você para continuar.',
    inactivity: 'Continuo por aqui se você precisar de algo mais. Se não, daqui a pouco encerro esta conversa.',
  },
  en: {
    fallback: 'Sorry, I can’t answer you right now. Please try again in a few minutes.',
    busy: 'I am still answering your previous message. Please write again when I am done.',
    closing: 'Thank you! Have a good day.',
    optOut: 'Done, we won’t send you any more messages. To receive them again, write START.',
    replyCap: 'This is as far as I can help you here. I am passing you on so that you can continue.',
    inactivity: 'I am still here if you need anything else. Otherwise I will close this conversation in a while.',
  },
} as const satisfies Record<Language, Record<string, string>>;

export type OwnWords = Readonly<Record<keyof (typeof ownWords)['es'], string>>;
