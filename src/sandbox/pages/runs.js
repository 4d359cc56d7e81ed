import { groupEntries } from './timeline-groups.js';

/** Which run read which event, as far as the phone's messages tell. */
export function runOfEvents(chat) {
  return new Map((chat?.messages ?? []).flatMap(({ handling }) => (handling?.runId ? [[handling.eventId, handling.runId]] : [])));
}

export const entriesOf = (entries, chat) => (chat ? entries.filter(({ chatId }) => chatId === chat.chatId) : []);

/** The entries of each run of a chat. */
export function runsOf(entries, chat) {
  const groups = groupEntries(entriesOf(entries, chat), runOfEvents(chat));
  return new Map(groups.filter(({ kind }) => kind === 'run').map(({ runId, entries: own }) => [runId, own]));
}
