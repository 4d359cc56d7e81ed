import { chatPath, post } from './api.js';
import { byId, h } from './dom.js';
import { chatOf } from './store.js';

const actions = [
  { path: 'take', words: 'Tomar el chat', hint: 'Como en la bandeja de Botmaker; ningún webhook lo cuenta.', when: ({ botmaker }) => botmaker.operator === null },
  { path: 'release', words: 'Soltar', hint: 'Cierra la atención: nadie tiene el chat y el bot vuelve a hablar.', when: ({ botmaker }) => botmaker.operator !== null },
  { path: 'return-to-flow', words: 'Volver al flujo', hint: 'Dispara el intent que devuelve el chat: el bot habla y la variable se limpia.', when: () => true },
  { path: 'close-window', words: 'Cerrar la ventana', hint: 'Como si el cliente no hubiera escrito en 24 horas.', when: ({ botmaker }) => botmaker.windowClosesAt !== null && botmaker.isWindowOpen },
  { path: 'expire-mute', words: 'Vencer el mute', hint: 'El silencio del bot dura 30 minutos; hacé que pasen ya.', when: ({ botmaker }) => botmaker.mutedUntil !== null },
];

/** What an operator, the flow and the clock do with the chat. */
export function operatorPane(store) {
  const act = (path, body) => {
    const chat = chatOf(store.state);
    return chat ? post(chatPath(chat.chatId, path), body) : null;
  };
  const buttons = actions.map(({ path, words, hint }) => h('button', { class: 'button', type: 'button', title: hint, on: { click: () => void act(path) } }, words));
  byId('actions').append(...buttons);
  const input = byId('operator-text');
  byId('operator').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    void act('operator-messages', { text });
  });
  return (state) => {
    const chat = chatOf(state);
    for (const element of byId('operator').elements) element.disabled = chat === null;
    buttons.forEach((button, index) => {
      button.disabled = chat === null || !actions[index].when(chat);
    });
  };
}
