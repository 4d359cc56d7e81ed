import type { Passage } from '../../knowledge/index.js';
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
} as const;

const replies = {
  greeting: (name: string) => `¡Hola${name}! ¿En qué te puedo ayudar?`,
  thanks: () => '¡De nada! Si necesitás algo más, escribime.',
  agreement: () => '¡Perfecto! Si necesitás algo más, escribime.',
  farewell: () => '¡Gracias por escribirnos! Que estés muy bien.',
  wordless: () => 'Recibí tu mensaje, pero por ahora sólo puedo leer texto. ¿Me contás por escrito qué necesitás?',
  person: () => 'Te paso con una persona del equipo. En cuanto pueda te responde por acá.',
  menu: () => 'Te llevo de vuelta al menú.',
} as const satisfies Record<SmallTalk, (name: string) => string>;

export const offlineVersion = promptVersion('offline', 2, JSON.stringify(wording), ...Object.values(replies).map((reply) => reply('')));

/** The answer to small talk. A name is used only when it looks like one: people put anything into that field. */
export function smallTalkText(kind: SmallTalk, customerName: string | null): string {
  const first = customerName?.trim().split(/\s+/)[0] ?? '';
  return replies[kind](/^\p{Lu}[\p{L}\p{M}'-]{1,20}$/u.test(first) ? `, ${first}` : '');
}

/** A passage, word for word, and where it stands. */
export function quoteText({ title, heading, body, language }: Passage): string {
  return `${wording[language === 'pt' ? 'pt' : 'es'].about(heading || title)}\n\n${body}`;
}

export function closingText(passages: readonly Passage[]): string {
  return wording[passages.every(({ language }) => language === 'pt') ? 'pt' : 'es'].more;
}

/** Honest ignorance, and what may help instead. */
export function unknownText(hasSubjects: boolean, language: 'es' | 'pt'): string {
  const { unknown, subjects, person } = wording[language];
  return [unknown, person, ...(hasSubjects ? [subjects] : [])].join(' ');
}

/** What opens the list of subjects. */
export const subjectsText = (language: 'es' | 'pt'): string => wording[language].opener;
