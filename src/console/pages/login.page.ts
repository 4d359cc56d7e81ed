import { html } from './html.js';
import { layoutPage } from './layout.page.js';

/** Asks for an API key. `next` is the page to go to afterwards; `problem` says why the last try failed. */
export function loginPage({ stylesheet, next, problem }: { stylesheet: string; next: string; problem: string | null }): string {
  return layoutPage(
    { title: 'Entrar', stylesheet, caller: null },
    html`<section class="login card">
<h1>Entrar a la consola</h1>
<p class="muted">Con una clave de API. La da quien administra el sistema; su rol decide qué podés ver.</p>
${problem !== null && html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="/console/login">
<input type="hidden" name="next" value="${next}">
<label for="key">Clave de API</label>
<input id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false" maxlength="512" placeholder="bma_…">
<button type="submit">Entrar</button>
</form>
<p class="muted small">La sesión dura 12 horas y termina antes si la clave se revoca.</p>
</section>`,
  );
}
