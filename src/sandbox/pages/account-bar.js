import { byId, h, icon, setText } from './dom.js';
import { clock } from './times.js';

/** The facts at the top: is the page live, which model answers, and was the contract kept. */
export function accountBar() {
  const live = byId('live');
  const model = byId('model');
  const contract = byId('contract');
  const list = byId('violations');
  const contractText = h('span');
  contract.append(icon('shield'), contractText);
  contract.addEventListener('click', () => {
    list.hidden = !list.hidden;
    contract.setAttribute('aria-expanded', String(!list.hidden));
  });
  let shown = -1;
  return ({ isLive, account }) => {
    setText(live, isLive ? 'En vivo' : 'Conectando…');
    live.classList.toggle('is-on', isLive);
    if (!account) return;
    setText(model, account.model ?? 'Sin modelo: cita el conocimiento');
    model.title = account.model === null ? 'Con AGENT_MODEL responde un modelo de lenguaje.' : 'El modelo que responde';
    const { violations } = account;
    if (violations.length === shown) return;
    shown = violations.length;
    setText(contractText, shown === 1 ? '1 violación del contrato' : `${shown} violaciones del contrato`);
    contract.classList.toggle('is-bad', shown > 0);
    contract.classList.toggle('is-good', shown === 0);
    list.replaceChildren(...described(violations));
  };
}

function described(violations) {
  if (violations.length === 0) return [h('p', {}, 'Cada llamada nuestra se compara con el contrato oficial de la API de Botmaker. Hasta ahora, todas lo cumplen.')];
  return [h('ul', {}, violations.slice(-20).map(({ operation, reason, at }) => h('li', {}, h('code', {}, operation), ` ${reason} `, h('time', {}, clock(at)))))];
}
