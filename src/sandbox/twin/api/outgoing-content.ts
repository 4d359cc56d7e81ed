import type { MessageContent, TapOption } from '../chats/chat-message.js';
import type { Interactive, MessageBody } from '../contract/request-bodies.js';

/** What the customer sees of a message sent through the API. */
export function contentOf(message: MessageBody): MessageContent {
  const { text, media, location, contact, whatsappInteractive } = message;
  const options = optionsOf(message);
  return {
    ...(whatsappInteractive ? { text: whatsappInteractive.body ?? '' } : text === undefined ? {} : { text }),
    ...(media?.url === undefined ? {} : { [mediaKind(media.mimeType)]: media.url }),
    ...(location ? { location: { ...location, latitude: Number(location.latitude), longitude: Number(location.longitude) } } : {}),
    ...(contact ? { contacts: [contact] } : {}),
    ...(media?.filename === undefined ? {} : { filename: media.filename }),
    ...(options.length > 0 ? { options } : {}),
    ...(whatsappInteractive?.action?.button === undefined ? {} : { opener: whatsappInteractive.action.button }),
  };
}

/** Whether only WhatsApp can show it [O]. */
export function isWhatsappOnly(message: MessageBody): boolean {
  return message.whatsappInteractive !== undefined || message.contact !== undefined;
}

function mediaKind(mimeType: string | undefined): 'image' | 'audio' | 'video' | 'file' {
  const kind = mimeType?.split('/')[0];
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}

function optionsOf(message: MessageBody): TapOption[] {
  const buttons = (message.buttons ?? []).map((button): TapOption => ({ kind: 'intent', label: button.label ?? '', intent: button.intent ?? '' }));
  return message.whatsappInteractive ? [...buttons, ...interactiveOptions(message.whatsappInteractive)] : buttons;
}

function interactiveOptions({ action }: Interactive): TapOption[] {
  switch (action?.type) {
    case 'intent':
      return (action.buttons ?? []).map((button) => ({ kind: 'intent', ...button }));
    case 'list':
      return (action.sections ?? []).flatMap((section) =>
        section.rows.map(({ id, title, description }) => ({ kind: 'row', id, label: title, ...(description === undefined ? {} : { description }) })),
      );
    case 'url':
      return [{ kind: 'url', label: action.label ?? '', url: action.urlLink ?? '' }];
    case 'requestLocation':
    case undefined:
      return [];
  }
}
