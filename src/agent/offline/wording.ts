import type { Passage } from '../../knowledge/index.js';
import type { Language } from '../../platform/index.js';
import { promptVersion } from '../prompts/prompt-version.js';
import type { SmallTalk } from './small-talk.js';

/** What the offline answerer says around a quote, in the customer's language where we have it. */
const wording = {
  es: {
    about: (subject: string) => `Sobre «${subject}», esto es lo que tengo:`,
    more: '¿Te sirve? Si necesitás otra cosa, escribime. Y si preferís hablar con una persona, escribí «persona».',
    unknown: 'Perdón, no tengo información sobre eso.',
    subjects: 'Puedo contarte sobre estos temas.',
    opener: 'Ver temas',
    person: 'Si preferís, te comunico con una persona del equipo: escribí «persona».',
  },
  pt: {
    about: (subject: string) => `Sobre «${subject}», encontrei isto:`,
    more: 'Ajudou? Se precisar de outra coisa, é só escrever. Para falar com uma pessoa, escreva «pessoa».',
    unknown: 'Desculpe, não tenho informação sobre isso.',
    subjects: 'Posso falar sobre estes assuntos.',
    opener: 'Ver assuntos',
    person: 'Se preferir, passo você para uma pessoa da equipe: escreva «pessoa».',
  },
  en: {
    about: (subject: string) => `About “${subject}”, this is what I have:`,
    more: 'Does that help? If you need anything else, just write. To talk to a person, write “talk to a person”.',
    unknown: 'Sorry, I have no information about that.',
    subjects: 'I can tell you about these subjects.',
    opener: 'See subjects',
    person: 'If you prefer, I can hand you over to a person of the team: write “talk to a person”.',
  },
} as const;

const replies = {
  es: {
    greeting: (name: string) => `¡Hola${name}! ¿En qué te puedo ayudar?`,
    thanks: () => '¡De nada! Si necesitás algo más, escribime.',
    agreement: () => '¡Perfecto! Si necesitás algo más, escribime.',
    farewell: () => '¡Gracias por escribirnos! Que estés muy bien.',
    wordless: () => 'Recibí tu mensaje, pero por ahora sólo puedo leer texto. ¿Me contás por escrito qué necesitás?',
    person: () => 'Te paso con una persona del equipo. En cuanto pueda te responde por acá.',
    menu: () => 'Te llevo de vuelta al menú.',
  },
  pt: {
    greeting: (name: string) => `Olá${name}! Em que posso ajudar?`,
    thanks: () => 'De nada! Se precisar de mais alguma coisa, é só escrever.',
    agreement: () => 'Perfeito! Se precisar de mais alguma coisa, é só escrever.',
    farewell: () => 'Obrigado por escrever! Tudo de bom.',
    wordless: () => 'Recebi sua mensagem, mas por enquanto só consigo ler texto. Pode me contar por escrito do que precisa?',
    person: () => 'Vou passar você para uma pessoa da equipe. Assim que puder, ela responde por aqui.',
    menu: () => 'Vou levar você de volta ao menu.',
  },
  en: {
    greeting: (name: string) => `Hello${name}! How can I help you?`,
    thanks: () => 'You are welcome! If you need anything else, just write.',
    agreement: () => 'Perfect! If you need anything else, just write.',
    farewell: () => 'Thank you for writing! Take care.',
    wordless: () => 'I got your message, but for now I can only read text. Could you tell me in writing what you need?',
    person: () => 'I am handing you over to a person of the team, who will answer here as soon as possible.',
    menu: () => 'I am taking you back to the menu.',
  },
} as const satisfies Record<Language, Record<SmallTalk, (name: string) => string>>;

export const offlineVersion = promptVersion('offline', 2, JSON.stringify(wording), ...Object.values(replies).flatMap((words) => Object.values(words).map((reply) => reply(''))));

/** The answer to small talk. A name is used only when it looks like one: people put anything into that field. */
export function smallTalkText(kind: SmallTalk, customerName: string | null, language: Language): string {
  const first = customerName?.trim().split(/\s+/)[0] ?? '';
  return replies[language][kind](/^\p{Lu}[\p{L}\p{M}'-]{1,20}$/u.test(first) ? `, ${first}` : '');
}

/** A passage, word for word, and where it stands. */
export function quoteText({ title, heading, body, language }: Passage): string {
  return `${wording[language].about(heading || title)}\n\n${body}`;
}

export function closingText(passages: readonly Passage[]): string {
  const [first] = passages;
  return wording[first && passages.every(({ language }) => language === first.language) ? first.language : 'es'].more;
}

/** Honest ignorance, and what may help instead. */
export function unknownText(hasSubjects: boolean, language: Language): string {
  const { unknown, subjects, person } = wording[language];
  return [unknown, person, ...(hasSubjects ? [subjects] : [])].join(' ');
}

/** What opens the list of subjects. */
export const subjectsText = (language: Language): string => wording[language].opener;
