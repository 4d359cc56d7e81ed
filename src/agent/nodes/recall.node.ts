import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import type { HistoryLine } from '../agent-input.js';
import { answerPrompt } from '../prompts/answer.prompt.js';
import { contextText, lineText } from '../prompts/transcript.prompt.js';
import { trimLines } from '../reading/trim-lines.js';
import { step, type AgentNode } from './step.js';

/**
 * Builds what the model reads: instructions, facts about the chat, as much of the history as fits, the mail.
 * Only our own lines are the assistant's. Everybody else's stand in the user's place, each marked with its author, so that
 * the model can't take an operator's promise for its own or a customer's words for an instruction.
 */
export function recallNode(maxHistoryTokens: number): AgentNode {
  return step('recall', (_, { input }) => {
    const mail = trimLines(input.mail, maxHistoryTokens);
    const history = trimLines(input.history, maxHistoryTokens - mail.tokens);
    const messages: BaseMessage[] = [new SystemMessage(answerPrompt.text)];
    let spoken = [contextText(input, history.lines.length < input.history.length)];
    const flush = (): void => {
      if (spoken.length > 0) messages.push(new HumanMessage(spoken.join('\n')));
      spoken = [];
    };
    for (const line of [...history.lines, ...mail.lines] satisfies HistoryLine[]) {
      if (line.author !== 'agent') {
        spoken.push(lineText(line));
        continue;
      }
      flush();
      messages.push(new AIMessage(line.text));
    }
    flush();
    return { update: { messages } };
  });
}
