import { byId, h, icon, setText } from './dom.js';
import { chatOf } from './store.js';
import { showTime } from './times.js';

const owners = [
  { key: 'flow', name: 'Flujo', drawing: 'flow', words: 'Responde el flujo de Botmaker.' },
  { key: 'agent', name: 'Agente', drawing: 'agent', words: 'Respondemos nosotros.' },
  { key: 'human', name: 'Persona', drawing: 'human', words: 'Responde una persona.' },
];

/** A webhook may be on its way for this long before anybody worries. */
const patienceMs = 3000;

/** Who owns the chat by our log, and what Botmaker knows of it. */
export function standingPane() {
  const stops = owners.map(({ key, name, drawing }) => h('li', { data: { owner: key } }, icon(drawing), name));
  byId('owners').append(...stops);
  const line = ownerLine();
  const facts = byId('facts');
  return (state) => {
    const chat = chatOf(state);
    const owner = chat?.ours?.owner ?? 'flow';
    for (const stop of stops) stop.setAttribute('aria-current', String(stop.dataset.owner === owner));
    line(owner, chat?.ours ?? null);
    byId('silent-take').hidden = !(chat?.botmaker.operator && owner !== 'human');
    byId('silence').hidden = !isSilent(chat, owner);
    facts.replaceChildren(...factsOf(chat?.botmaker ?? null).flatMap(({ name, value, tone }) => [h('dt', {}, name), h('dd', { class: tone ? `is-${tone}` : null }, value)]));
  };
}

/** The failure that hurts most: the customer wrote last, the bot is muted, and neither a person nor we hold the chat. */
function isSilent(chat, owner) {
  if (!chat || owner === 'agent') return false;
  const { mutedUntil, operator, queue } = chat.botmaker;
  const lastWritten = chat.messages.findLast(({ author }) => author === 'customer');
  return mutedUntil !== null && operator === null && queue === null && lastWritten !== undefined && Date.now() - Date.parse(lastWritten.at) > patienceMs;
}

function ownerLine() {
  const words = h('span');
  const since = h('time');
  const line = byId('owner-line');
  line.append(words, ' ', since);
  return (owner, ours) => {
    setText(words, owners.find(({ key }) => key === owner)?.words ?? '');
    line.title = ours?.ownerReason ?? '';
    since.hidden = !ours?.ownerSince;
    if (!since.hidden) showTime(since, ours.ownerSince, 'ago');
  };
}

function factsOf(botmaker) {
  if (!botmaker) return [{ name: 'Chat', value: 'Todavía no existe: falta el primer mensaje.' }];
  const { mutedUntil, operator, queue, windowClosesAt, isWindowOpen, variables } = botmaker;
  const names = Object.entries(variables);
  return [
    { name: 'Bot', value: mutedUntil ? ['callado, ', ...countdown(mutedUntil)] : 'habla', tone: mutedUntil ? 'warn' : null },
    { name: 'Operador', value: operator ?? 'nadie', tone: operator ? 'warn' : null },
    ...(queue === null ? [] : [{ name: 'Cola', value: queue, tone: 'warn' }]),
    { name: 'Ventana', value: windowClosesAt === null ? 'sin límite en este canal' : isWindowOpen ? ['abierta, ', ...countdown(windowClosesAt)] : 'cerrada', tone: isWindowOpen ? null : 'bad' },
    { name: 'Variables', value: names.length === 0 ? 'ninguna' : names.map(([name, value]) => h('code', { class: 'variable' }, `${name} = ${value}`)) },
  ];
}

function countdown(iso) {
  const element = h('time');
  showTime(element, iso, 'left');
  return ['quedan ', element];
}
