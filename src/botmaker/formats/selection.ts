import { isRecord, type JsonRecord, type JsonValue, parseBounded } from './bounded-json.js';
import { pick, readId, readName } from './field.js';
import type { MessageSelection } from './wire-event.js';

/** `{"button","intent","entities"}` is short; longer text that merely looks like JSON is not worth parsing. */
const MAX_CLICK_LENGTH = 4_000;

/** `fromText`: the message's text was the click itself, so the label takes its place. */
type Click = MessageSelection & { fromText: boolean };

/** A list row brings `buttonPayload` [O, position G]; a button is JSON in the text [M in code actions, G in the webhook]. */
export function readClick(item: JsonRecord): Click | null {
  const message = pick(item, 'message');
  const payload = readId(pick(item, 'buttonPayload'));
  const click = parseClick(message);
  if (click !== null) {
    return { label: readName(pick(click, 'button')), payload, intent: readName(pick(click, 'intent')), fromText: true };
  }
  return payload === null ? null : { label: readName(message), payload, intent: null, fromText: false };
}

function parseClick(message: JsonValue): JsonRecord | null {
  if (isRecord(message)) return isClick(message) ? message : null;
  if (typeof message !== 'string' || message.length > MAX_CLICK_LENGTH || !message.trimStart().startsWith('{')) return null;
  const parsed = parseBounded(message);
  return parsed.ok && isRecord(parsed.value) && isClick(parsed.value) ? parsed.value : null;
}

function isClick(value: JsonRecord): boolean {
  return typeof value['button'] === 'string' && ('intent' in value || 'entities' in value);
}
