import type { KnowledgeSearch, Passage } from '../../knowledge/index.js';
import type { AgentInput } from '../agent-input.js';
import { leastCoverage } from '../limits.js';
import { numberedChoice } from '../offline/numbered-choice.js';
import { smallTalkIn, type SmallTalk } from '../offline/small-talk.js';
import { closingText, quoteText, smallTalkText, subjectsText, unknownText } from '../offline/wording.js';
import { decided } from '../reading/reading.js';
import { step, type AgentNode, type Outcome } from './step.js';

/** Questions that one turn answers; a longer list is rather one question with commas. */
const mostQuestions = 3;

/**
 * Answers without a model: what the knowledge says, word for word, or that it says nothing. It never makes a sentence about
 * the company by itself. The program is useful with it the minute it is installed, and in an outage of every provider.
 */
export function quoteNode(search: KnowledgeSearch): AgentNode {
  return step('quote', async (_, { input }) => {
    const lines = input.mail.filter(({ author }) => author === 'customer').map(({ text }) => inWords(numberedChoice(text, input.history)));
    const talk = lines.map(smallTalkIn);
    const wish = talk.find((kind) => kind === 'person' || kind === 'menu');
    if (wish) return wished(wish, input);
    const questions = lines.filter((_, index) => talk[index] === null);
    if (questions.length === 0) return chatted(talk, input);
    return answered(questions.join('\n'), input, search);
  });
}

/** A choice from a list is what the customer says; an image or a place, noted in brackets too, is not something to look up. */
function inWords(text: string): string {
  return text.replace(/\[elige: ([^\]]*)\]/g, '$1').replace(/\[(?:imagen|audio|video|archivo|ubicación|contacto|mensaje)\b[^\]]*\]/g, ' ').trim();
}

function wished(wish: 'person' | 'menu', { language }: AgentInput): Outcome {
  const parts = [smallTalkText(wish, null, language)];
  const decision = wish === 'person' ? ({ kind: 'to-human', why: 'the customer asks for a person', parts } as const) : ({ kind: 'to-flow', intent: null, why: 'the customer asks for the menu', parts } as const);
  return { update: { reading: decided(decision) } };
}

/** Small talk only: the last line counts ("hola" and then "gracias" wants no greeting), but a voice note is not passed over. */
function chatted(talk: readonly (SmallTalk | null)[], input: AgentInput): Outcome {
  const kind = talk.includes('wordless') || talk.length === 0 ? 'wordless' : (talk.at(-1) ?? 'greeting');
  return { update: { reading: decided({ kind: 'answer', parts: [smallTalkText(kind, input.customerName, input.language)] }) } };
}

async function answered(text: string, input: AgentInput, search: KnowledgeSearch): Promise<Outcome> {
  const passages = await passagesFor(text, search);
  if (passages.length === 0) return unknown(search, text, input);
  const quotes = passages.map(quoteText);
  const parts = [...quotes.slice(0, -1), `${quotes.at(-1)}\n\n${closingText(passages)}`];
  return { update: { reading: decided({ kind: 'answer', parts }) }, passages: passages.map(({ id }) => id) };
}

/** The best passage of each question that was asked with a question mark, or of everything together. */
async function passagesFor(text: string, search: KnowledgeSearch): Promise<Passage[]> {
  const asked = (text.match(/[^?¿\n]+\?/g) ?? []).slice(0, mostQuestions);
  const best = async (question: string): Promise<Passage[]> => (await search.search(question, { limit: 1 })).filter(({ coverage }) => coverage >= leastCoverage);
  const each = asked.length > 1 ? (await Promise.all(asked.map(best))).flat() : [];
  const found = each.length > 0 ? each : await best(text);
  return [...new Map(found.map((passage) => [passage.id, passage])).values()];
}

async function unknown(search: KnowledgeSearch, text: string, input: AgentInput): Promise<Outcome> {
  const language = /\b(?:vocês?|não|você|obrigad[oa]|quanto custa|vcs)\b/iu.test(text) ? 'pt' : input.language;
  const subjects = await search.titles(language);
  const title = unknownText(subjects.length > 0, language);
  if (subjects.length === 0) return { update: { reading: decided({ kind: 'answer', parts: [title] }) } };
  return { update: { reading: decided({ kind: 'answer', parts: [], options: { title, button: subjectsText(language), choices: subjects.map((subject) => ({ title: subject })) } }) } };
}
