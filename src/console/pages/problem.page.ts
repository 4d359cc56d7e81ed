import type { Caller } from '../access/key-role.js';
import { html } from './html.js';
import { layoutPage } from './layout.page.js';

/** A page for what can't be shown. `correlationId` finds the line in the log. */
export function problemPage(frame: { stylesheet: string; caller: Caller | null }, { status, message, correlationId }: { status: number; message: string; correlationId: string }): string {
  const titles: Record<number, string> = { 400: 'Así no se puede buscar', 403: 'Sin permiso', 404: 'No encontrado' };
  const title = titles[status] ?? 'Algo salió mal';
  return layoutPage(
    { title, ...frame },
    html`<section class="card empty"><h1>${title}</h1><p>${message}</p><p class="muted small">Código ${status} · <code>${correlationId}</code></p><p><a href="/console">Volver a las conversaciones</a></p></section>`,
  );
}
