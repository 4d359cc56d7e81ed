import { customerPath, post } from './api.js';
import { mediaCard, offer } from './bubble-extras.js';
import { h, icon, setText } from './dom.js';
import { marked } from './marks.js';
import { runChip } from './run-chip.js';
import { customerOf } from './store.js';
import { clock } from './times.js';

const authors = { flow: 'Flujo', agent: 'Agente', operator: 'Operador' };
const ticks = {
  accepted: { drawing: 'check', words: 'Aceptado por Botmaker' },
  sent: { drawing: 'check', words: 'Enviado' },
  delivered: { drawing: 'checks', words: 'Entregado' },
  read: { drawing: 'checks', words: 'Leído' },
  failed: { drawing: 'fail', words: 'No se entregó' },
};

/** How long the webhook may take before its message counts as lost on the way. */
const patienceMs = 3000;

/** One message on the phone: the customer's at the right, everybody else's at the left with what became of it. */
export function bubble(store, message) {
  return message.author === 'customer' ? fromCustomer(store, message) : toCustomer(store, message);
}

function fromCustomer(store, { text, at }) {
  const outcome = h('div', { class: 'outcome' });
  const node = h('div', { class: 'bubble-row is-customer' }, h('div', { class: 'bubble' }, h('span', { class: 'bubble-text' }, marked(text)), h('span', { class: 'bubble-foot' }, h('time', {}, clock(at)))), outcome);
  let shown = null;
  const update = ({ handling, runId, followedRun, isFirst }) => {
    mark(node, { runId, followedRun, isFirst });
    const isLate = !handling && Date.now() - Date.parse(at) > patienceMs;
    const signature = `${isLate} ${JSON.stringify(handling)}`;
    if (signature === shown) return;
    shown = signature;
    outcome.classList.toggle('is-problem', handling?.state === 'problem');
    outcome.replaceChildren(...outcomeOf(store, handling, isLate));
  };
  return { node, update };
}

function outcomeOf(store, handling, isLate) {
  if (!handling) return [isLate ? 'El aviso no nos llegó' : 'Enviado'];
  const words = { waiting: 'Por si escribe más…', thinking: 'Pensando…', sending: 'Enviando la respuesta…' }[handling.state] ?? handling.outcome ?? '';
  return [words, handling.runId ? runChip(store, handling.runId) : null].filter(Boolean);
}

function toCustomer(store, { author, authorName, text, at, options, opener, media, runId }) {
  const tick = h('span', { class: 'tick' });
  const failure = h('span', { class: 'failure', hidden: true });
  const tap = ({ id }) => void post(customerPath(customerOf(store.state).key, 'taps'), { option: id });
  const node = h(
    'div',
    { class: 'bubble-row is-shop', data: { author } },
    h(
      'div',
      { class: 'bubble' },
      h('span', { class: 'author' }, icon(author === 'operator' ? 'human' : author), authorName ?? authors[author]),
      media ? mediaCard(media) : null,
      text === '' ? null : h('span', { class: 'bubble-text' }, marked(text)),
      h('span', { class: 'bubble-foot' }, runId && author === 'agent' ? runChip(store, runId) : null, h('time', {}, clock(at)), tick),
      failure,
    ),
    options.length > 0 ? offer({ options, opener }, tap) : null,
  );
  let shown = null;
  const update = ({ status, failure: problem, followedRun, isFirst }) => {
    mark(node, { runId, followedRun, isFirst });
    node.classList.toggle('is-failed', status === 'failed');
    failure.hidden = problem === null || status !== 'failed';
    setText(failure, problem ?? '');
    if (status === shown) return;
    shown = status;
    const { drawing, words } = ticks[status] ?? ticks.accepted;
    tick.dataset.status = status;
    tick.title = words;
    tick.replaceChildren(icon(drawing), h('span', { class: 'visually-hidden' }, words));
  };
  return { node, update };
}

function mark(node, { runId, followedRun, isFirst }) {
  node.classList.toggle('is-first', isFirst);
  node.classList.toggle('is-followed', followedRun !== null && runId === followedRun);
  node.classList.toggle('is-dim', followedRun !== null && runId !== followedRun);
}
