import { chatPath, customerPath, post } from './api.js';
import { byId, h, icon, setText } from './dom.js';
import { chatOf, customerOf, toggleRun } from './store.js';

/** How much of the step before is left in view where the steps don't fit. */
const asidePx = 40;

/** The first minute, step by step; each does what it says when it is clicked, and is ticked off however it came about. */
export function tour(store, selectTab) {
  const steps = stepsOf(store, selectTab).map(({ words, isDone, act }, index) => {
    const number = h('span', { class: 'step-mark' }, String(index + 1));
    const node = h('button', { class: 'step', type: 'button', on: { click: act } }, number, words);
    return { node, number, isDone, index };
  });
  byId('tour').append(...steps.map(({ node }) => node));
  const done = new Set();
  return (state) => {
    const messages = Object.values(state.chats).flatMap((chat) => chat.messages);
    for (const { isDone, index } of steps) if (isDone(state, messages)) done.add(index);
    const next = steps.findIndex(({ index }) => !done.has(index));
    for (const { node, number, index } of steps) {
      node.classList.toggle('is-done', done.has(index));
      if (index === next && !node.classList.contains('is-next')) byId('tour').scrollTo({ left: node.offsetLeft - asidePx, behavior: 'smooth' });
      node.classList.toggle('is-next', index === next);
      if (done.has(index)) number.replaceChildren(icon('check'));
      else setText(number, String(index + 1));
    }
  };
}

function stepsOf(store, selectTab) {
  const write = (text) => {
    selectTab('customer');
    void post(customerPath(customerOf(store.state).key, 'messages'), { text });
  };
  return [
    { words: 'Saludá: responde el flujo', isDone: (_state, messages) => has(messages, 'flow'), act: () => write('Hola') },
    { words: 'Preguntá: responde el agente', isDone: (_state, messages) => has(messages, 'agent'), act: () => write('¿Hacen envíos a Córdoba?') },
    { words: 'Seguí el runId', isDone: ({ hasFollowed }) => hasFollowed, act: () => followLast(store, selectTab) },
    { words: 'Tomá el chat como persona', isDone: (_state, messages) => has(messages, 'operator'), act: () => takeOver(store, selectTab) },
    { words: 'Rompé algo', isDone: ({ hasBroken }) => hasBroken, act: () => pointAt('breakage', selectTab) },
  ];
}

const has = (messages, author) => messages.some((message) => message.author === author);

function followLast(store, selectTab) {
  const runId = chatOf(store.state)?.messages.findLast((message) => message.runId)?.runId;
  if (!runId) return;
  selectTab('timeline');
  if (runId !== store.state.runId) toggleRun(store, runId);
}

function takeOver(store, selectTab) {
  const chat = chatOf(store.state);
  if (!chat) return;
  selectTab('customer');
  void post(chatPath(chat.chatId, 'operator-messages'), { text: 'Hola, soy Olga del equipo. Sigo yo con tu consulta.' });
}

function pointAt(id, selectTab) {
  selectTab('control');
  const element = byId(id);
  element.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  element.classList.add('is-pointed');
  setTimeout(() => element.classList.remove('is-pointed'), 1600);
}
