import { customerPath, post } from './api.js';
import { bubble } from './bubble.js';
import { byId, h, setText } from './dom.js';
import { keyedList } from './keyed-list.js';
import { chatOf, customerOf } from './store.js';
import { onFollow, stickToEnd } from './stick-to-end.js';

const suggestions = ['Hola', '¿Hacen envíos a Córdoba?', '¿Cómo devuelvo un producto?', '¿A qué hora abren los domingos?', 'Quiero hablar con una persona', 'Gracias'];
/** How long Botmaker's own "typing…" stays when no message follows. */
const typingMs = 20_000;

/** The customer's phone. */
export function chatPane(store) {
  const write = (text) => {
    const customer = customerOf(store.state);
    if (customer) void post(customerPath(customer.key, 'messages'), { text });
  };
  composer(write);
  byId('chips').append(...suggestions.map((text) => h('button', { class: 'chip', type: 'button', on: { click: () => write(text) } }, text)));
  byId('restart').addEventListener('click', () => {
    const customer = customerOf(store.state);
    store.update({ runId: null });
    if (customer) void post(customerPath(customer.key, 'restart'));
  });
  const thread = stickToEnd(byId('thread'));
  const show = keyedList(byId('bubbles'), ({ id }) => id, (message) => bubble(store, message));
  const announce = announcer();
  const showFollowed = onFollow(() => document.querySelector('.bubble-row.is-followed'));
  return (state) => {
    const customer = customerOf(state);
    const chat = chatOf(state);
    const messages = chat?.messages ?? [];
    byId('phone').dataset.line = customer?.line ?? 'whatsapp';
    byId('thread-empty').hidden = messages.length > 0;
    byId('window-note').hidden = chat === null || chat.botmaker.isWindowOpen;
    const isTyping = isBeingWritten(chat);
    byId('typing').hidden = !isTyping;
    setText(byId('phone-sub'), isTyping ? 'escribiendo…' : customer?.line === 'webchat' ? 'Chat del sitio' : 'WhatsApp');
    show(messages.map((message, index) => ({ ...message, followedRun: state.runId, isFirst: messages[index - 1]?.author !== message.author })));
    thread.settle(`${customer?.contactId} ${messages.length} ${isTyping}`);
    showFollowed(state.runId);
    announce(customer, messages);
  };
}

/** Until the answer is there: a "typing…" that was overtaken by its own message on the way would stay for nothing. */
function isBeingWritten(chat) {
  const typingAt = chat?.botmaker.typingAt ?? null;
  const isAnswered = ['agent', 'operator'].includes(chat?.messages.at(-1)?.author);
  return typingAt !== null && !isAnswered && Date.now() - Date.parse(typingAt) < typingMs;
}

function composer(write) {
  const form = byId('composer');
  const text = byId('composer-text');
  const send = () => {
    const words = text.value.trim();
    if (words === '') return;
    write(words);
    text.value = '';
    text.focus();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

/** Tells screen readers of new answers, not of every tick. */
function announcer() {
  let last = null;
  return (customer, messages) => {
    const newest = messages.at(-1);
    const mark = `${customer?.contactId} ${newest?.id}`;
    if (mark === last) return;
    const isNew = last !== null && newest && newest.author !== 'customer';
    last = mark;
    if (isNew) byId('announcer').textContent = [newest.media?.name, newest.text, ...newest.options.map(({ label }) => label)].filter(Boolean).join('. ');
  };
}
