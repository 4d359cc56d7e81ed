import type { Interactive, MessageBody } from './request-bodies.js';

const HEADER_TYPES = ['text', 'image', 'video', 'document'];
const MAX_LIST_ROWS = 10;
const MAX_LIST_FOOTER = 60;
/** What WhatsApp takes at most [G]: the contract states none of these. */
const MAX_TEXT = 4096;
const MAX_BODY = 1024;
const MAX_BUTTON_LABEL = 20;

/** Rules of one message of send-messages that exist only in prose [O]; each reason starts with `where`. */
export function messageReasons(where: string, message: MessageBody): string[] {
  const reasons: string[] = [];
  const hasContent = message.text ?? message.media ?? message.location ?? message.contact ?? message.whatsappInteractive ?? message.buttons;
  if (hasContent === undefined) reasons.push(`${where}: needs text, media, location, contact, whatsappInteractive or buttons`);
  if (message.text?.trim() === '') reasons.push(`${where}/text: empty`);
  if ((message.text?.length ?? 0) > MAX_TEXT) reasons.push(`${where}/text: at most ${MAX_TEXT} characters`);
  message.buttons?.forEach((button, index) => {
    if (!button.label) reasons.push(`${where}/buttons/${index}: needs a label`);
    if (!button.intent) reasons.push(`${where}/buttons/${index}: needs an intent`);
  });
  if (message.media && !isHttpUrl(message.media.url)) reasons.push(`${where}/media/url: must be an http(s) URL`);
  if (message.location && !(isCoordinate(message.location.latitude) && isCoordinate(message.location.longitude))) {
    reasons.push(`${where}/location: needs latitude and longitude, decimal numbers written as strings`);
  }
  if (message.whatsappInteractive) reasons.push(...interactiveReasons(`${where}/whatsappInteractive`, message.whatsappInteractive));
  return reasons;
}

function interactiveReasons(where: string, interactive: Interactive): string[] {
  const reasons = [...headerReasons(where, interactive)];
  const action = interactive.action;
  if (!interactive.body?.trim()) reasons.push(`${where}/body: needed`);
  if ((interactive.body?.length ?? 0) > MAX_BODY) reasons.push(`${where}/body: at most ${MAX_BODY} characters`);
  switch (action?.type) {
    case 'url':
      if (!isHttpUrl(action.urlLink) || !action.label) reasons.push(`${where}/action: url needs urlLink and label`);
      break;
    case 'intent':
      if (!action.buttons?.length) reasons.push(`${where}/action/buttons: intent needs 1 to 3 buttons`);
      if (action.buttons?.some(({ label }) => label.length > MAX_BUTTON_LABEL)) reasons.push(`${where}/action/buttons: labels of at most ${MAX_BUTTON_LABEL} characters`);
      if (new Set(action.buttons?.map(({ label }) => label)).size < (action.buttons?.length ?? 0)) reasons.push(`${where}/action/buttons: labels must be unique`);
      break;
    case 'requestLocation':
      if (interactive.header || interactive.footer) reasons.push(`${where}: requestLocation allows no header and no footer`);
      break;
    case 'list':
      reasons.push(...listReasons(where, interactive));
      break;
    case undefined:
      reasons.push(`${where}/action/type: needed`);
  }
  return reasons;
}

function headerReasons(where: string, { header, action }: Interactive): string[] {
  if (!header) return [];
  if (!HEADER_TYPES.includes(header.type ?? '')) return [`${where}/header/type: one of ${HEADER_TYPES.join(', ')}`];
  if (!header.content) return [`${where}/header/content: needed`];
  const isWrongImage = action?.type === 'url' && header.type === 'image' && !/\.(png|jpe?g)$/i.test(pathOf(header.content));
  return isWrongImage ? [`${where}/header/content: only PNG and JPEG images with a url action`] : [];
}

function listReasons(where: string, interactive: Interactive): string[] {
  const sections = interactive.action?.sections ?? [];
  const rows = sections.flatMap((section) => section.rows);
  const reasons: string[] = [];
  if (!interactive.action?.button) reasons.push(`${where}/action/button: list needs the label of its main button`);
  if (sections.length === 0) reasons.push(`${where}/action/sections: list needs sections`);
  if (rows.length > MAX_LIST_ROWS) reasons.push(`${where}/action/sections: ${rows.length} rows in all, at most ${MAX_LIST_ROWS}`);
  if (new Set(rows.map((row) => row.id)).size < rows.length) reasons.push(`${where}/action/sections: row ids must be unique`);
  if (rows.some((row) => row.id === '' || row.title === '')) reasons.push(`${where}/action/sections: rows need an id and a title`);
  if (sections.length > 1 && sections.some((section) => !section.title)) {
    reasons.push(`${where}/action/sections: every section needs a title when there are several`);
  }
  if ((interactive.footer?.length ?? 0) > MAX_LIST_FOOTER) reasons.push(`${where}/footer: at most ${MAX_LIST_FOOTER} characters`);
  return reasons;
}

function isCoordinate(value: string | undefined): boolean {
  return value !== undefined && /^-?\d+(\.\d+)?$/.test(value);
}

function isHttpUrl(value: string | undefined): boolean {
  return value !== undefined && URL.canParse(value) && /^https?:/.test(value);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
