import { toast } from './toast.js';

/** Asks the server to do something; the result comes back through the live feed. A refusal is shown, and null is returned. */
export async function post(path, body = {}) {
  try {
    const response = await fetch(`/sandbox/api/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (response.ok) return response.status === 204 ? {} : await response.json();
    const { message } = await response.json().catch(() => ({}));
    toast(message ?? `El servidor respondió ${response.status}`);
  } catch {
    toast('No hay conexión con el servidor.');
  }
  return null;
}

export const chatPath = (chatId, action) => `chats/${encodeURIComponent(chatId)}/${action}`;
export const customerPath = (key, action) => `customers/${encodeURIComponent(key)}/${action}`;
