import { post } from './api.js';
import { byId, h, setText } from './dom.js';

const switches = [
  { name: 'duplicate-webhooks', words: 'Duplicar los avisos', then: 'Llegan dos veces; la copia se absorbe.' },
  { name: 'drop-webhooks', words: 'Perder los avisos', then: 'No llega ninguno; el barrido los busca.' },
  { name: 'slow-echo', words: 'Ecos lentos', then: 'Lo enviado se confirma 8 segundos después.' },
  { name: 'slow-model', words: 'Modelo lento', then: 'El agente tarda 10 segundos más: escribí mientras piensa, o tomá el chat.' },
  { name: 'refuse-deliveries', words: 'WhatsApp no entrega', then: 'Botmaker lo acepta y falla después (131026).' },
];

const mishaps = [
  { name: 'refused-500', words: 'Error 500, no lo tomó', then: 'Puede haber salido: se espera un minuto el eco, y no se repite a ciegas.' },
  { name: 'accepted-500', words: 'Error 500, pero lo tomó', then: 'El eco prueba que salió: no se repite.' },
  { name: 'no-answer', words: 'No contesta nunca', then: 'Lo tomó y calla: se corta por tiempo y el eco decide.' },
  { name: 'too-many', words: 'Error 429', then: 'Demasiadas llamadas. Seguro que no salió: se reintenta.' },
];

/** The menu that breaks things, each with what ought to happen. */
export function breakagePane() {
  const toggles = switches.map(toggle);
  byId('switches').append(...toggles.map(({ node }) => node));
  const triggers = mishaps.map(trigger);
  byId('mishaps').append(...triggers.map(({ node }) => node));
  byId('repair').addEventListener('click', () => void post('breakage/repair'));
  return ({ account }) => {
    if (!account) return;
    for (const { update } of [...toggles, ...triggers]) update(account);
    byId('repair').hidden = account.armed.length === 0 && !Object.values(account.switches).some(Boolean);
  };
}

function toggle({ name, words, then }) {
  const button = h('button', { class: 'toggle', type: 'button', role: 'switch', 'aria-describedby': `then-${name}` }, h('span', { class: 'toggle-words' }, words), h('span', { class: 'toggle-track' }));
  button.addEventListener('click', () => void post('breakage/switches', { name, on: button.getAttribute('aria-checked') !== 'true' }));
  const hint = h('p', { class: 'then', id: `then-${name}` }, then);
  const node = h('div', { class: 'toggle-row' }, button, hint);
  const update = ({ switches: on, droppedWebhooks }) => {
    button.setAttribute('aria-checked', String(on[name]));
    if (name === 'drop-webhooks' && droppedWebhooks > 0) setText(hint, `Van ${droppedWebhooks} perdidos; el barrido los busca.`);
  };
  return { node, update };
}

function trigger({ name, words, then }) {
  const count = h('span', { class: 'armed' });
  const node = h('button', { class: 'mishap', type: 'button', title: then, on: { click: () => void post('breakage/next-send', { name }) } }, words, count);
  const update = ({ armed }) => {
    const waiting = armed.filter((one) => one === name).length;
    node.classList.toggle('is-armed', waiting > 0);
    setText(count, waiting === 0 ? '' : waiting === 1 ? 'listo' : `listo ×${waiting}`);
  };
  return { node, update };
}
