import type { Caller } from '../access/key-role.js';
import { html, type HtmlValue, type SafeHtml } from './html.js';
import { timeZone } from './times.js';

export interface Frame {
  title: string;
  /** Where the style sheet of this build is. */
  stylesheet: string;
  /** Null before anybody signed in: no navigation then. */
  caller: Caller | null;
  section?: 'conversations' | 'silent-chats' | 'entries';
}

const roles = { analyst: 'analista', operator: 'operador', admin: 'administrador' } as const;

/** The frame of every page: a whole document, ready to send. */
export function layoutPage(frame: Frame, body: HtmlValue): string {
  return html`<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${frame.title} · botmaker-agent</title>
<link rel="icon" type="image/svg+xml" href="/console/icon.svg">
<link rel="stylesheet" href="${frame.stylesheet}">
</head>
<body>
<a class="skip" href="#content">Ir al contenido</a>
<header class="bar">${frame.caller ? signedIn(frame.caller, frame.section) : html`<span class="brand">${brandMark}botmaker-agent</span>`}</header>
<main id="content">${body}</main>
<footer class="foot">Horas en ${timeZone}</footer>
</body>
</html>`.markup;
}

const brandMark = html`<img class="mark" src="/console/icon.svg" alt="" width="22" height="22">`;

function signedIn(caller: Caller, section: Frame['section']): SafeHtml {
  const link = (href: string, label: string, isHere: boolean): SafeHtml =>
    isHere ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}">${label}</a>`;
  return html`<a class="brand" href="/console">${brandMark}botmaker-agent</a>
<nav class="nav" aria-label="Secciones">${link('/console', 'Conversaciones', section === 'conversations')}${link('/console/silent-chats', 'En silencio', section === 'silent-chats')}${link('/console/entries', 'Registro', section === 'entries')}</nav>
<form class="who" method="post" action="/console/logout"><span title="Clave con el rol ${roles[caller.role]}">${caller.name} <small>${roles[caller.role]}</small></span><button class="quiet" type="submit">Salir</button></form>`;
}
