import { post } from './api.js';
import { byId, h, icon, setText } from './dom.js';
import { keyedList } from './keyed-list.js';
import { customerOf } from './store.js';

/** Whose phone one holds, and a way to get another one. */
export function customersBar(store) {
  const list = h('div', { class: 'people-list', role: 'group', 'aria-label': 'Clientes' });
  byId('people').append(list, adder(store));
  const seen = new Map();
  const show = keyedList(list, ({ key }) => key, (customer) => person(store, customer));
  return (state) => {
    const { account, chats } = state;
    if (!account) return;
    const selected = customerOf(state);
    show(
      account.customers.map((customer) => {
        const count = chats[customer.chatId]?.messages.filter(({ author }) => author !== 'customer').length ?? 0;
        const isSelected = customer.key === selected?.key;
        if (isSelected || !seen.has(customer.key)) seen.set(customer.key, count);
        return { ...customer, isSelected, unread: Math.max(0, count - seen.get(customer.key)) };
      }),
    );
  };
}

function person(store, { key, name, line }) {
  const unread = h('span', { class: 'unread', hidden: true });
  const node = h(
    'button',
    { class: 'person', type: 'button', data: { line }, title: line === 'whatsapp' ? 'WhatsApp' : 'Chat del sitio', on: { click: () => store.update({ customerKey: key, runId: null }) } },
    h('span', { class: 'avatar' }, line === 'webchat' ? icon('globe') : name[0]),
    name,
    unread,
  );
  const update = ({ isSelected, unread: count }) => {
    node.setAttribute('aria-pressed', String(isSelected));
    unread.hidden = count === 0;
    setText(unread, String(count));
  };
  return { node, update };
}

function adder(store) {
  const add = async (line) => {
    menu.open = false;
    const added = await post('customers', { line });
    if (added) store.update({ customerKey: added.key, runId: null });
  };
  const choice = (line, words, drawing) => h('button', { type: 'button', on: { click: () => add(line) } }, icon(drawing), words);
  const menu = h('details', { class: 'adder' }, h('summary', { 'aria-label': 'Otro cliente', title: 'Otro cliente' }, icon('plus')), h('div', { class: 'menu' }, choice('whatsapp', 'Otro cliente en WhatsApp', 'chat'), choice('webchat', 'Visita en el chat del sitio', 'globe')));
  document.addEventListener('click', ({ target }) => {
    if (!menu.contains(target)) menu.open = false;
  });
  menu.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') menu.open = false;
  });
  return menu;
}
