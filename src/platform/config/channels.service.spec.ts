import { describe, expect, it } from '@jest/globals';
import { ChannelsConfig, ConversationConfig } from './app-config.js';
import { Channels } from './channels.service.js';
import { readChannels } from './read-channels.js';

const environment = new ConversationConfig('external_handoff', 'VOLVER', null, 'PERSONA', 'retomar', 1000, 4000, 1, 1, null, 1);
const channelsOf = (yaml: string, conversation = environment): Channels => {
  const { file, problems } = readChannels(yaml, { ms: 1000, capMs: 4000 });
  expect(problems).toEqual([]);
  return new Channels(conversation, new ChannelsConfig(file.defaults, file.channels));
};
const full = 'acme-whatsapp-5491150000001';

describe('the rules of a line', () => {
  it('are the environment’s where there is no file', () => {
    expect(channelsOf('').of({ channelId: full })).toEqual({
      name: null, language: 'es', timeZone: 'UTC', hours: null, quietHours: null, returnIntent: 'VOLVER', muteIntent: null, humanIntent: 'PERSONA', templates: ['retomar'],
      fallbackText: expect.stringMatching(/^Disculpá/), busyText: expect.stringMatching(/^Todavía/), doubleTexting: 'merge',
      debounce: { ms: 1000, questionMs: 400, fragmentMs: 2000, capMs: 4000 },
      ends: {
        closingText: expect.stringMatching(/^¡Gracias/), optOutText: expect.stringMatching(/^Listo/), replyCap: 20, replyCapText: expect.stringMatching(/^Hasta acá/),
        inactivity: { warnAfterMs: null, warnText: expect.stringMatching(/^Sigo por acá/), returnAfterMs: 1_800_000 },
      },
    });
  });

  it('are the file’s defaults before the environment’s, and its own before both', () => {
    const channels = channelsOf(`defaults: { humanIntent: COLA, language: pt }\nchannels:\n  - { id: ${full}, humanIntent: VENTAS, returnIntent: null }`);
    expect(channels.of({ channelId: full })).toMatchObject({ humanIntent: 'VENTAS', returnIntent: null, language: 'pt' });
    expect(channels.of({ channelId: 'acme-webchat-null' })).toMatchObject({ humanIntent: 'COLA', returnIntent: 'VOLVER', language: 'pt' });
  });

  it('keep each wait that a closer layer does not name; a shorter usual wait makes the others shorter', () => {
    const channels = channelsOf(`defaults: { debounce: { fragmentMs: 5000 } }\nchannels:\n  - { id: ${full}, debounce: { ms: 100 } }`);
    expect(channels.of({ channelId: full }).debounce).toEqual({ ms: 100, questionMs: 40, fragmentMs: 5000, capMs: 4000 });
  });

  it('say of the ends of conversations field by field what they say; a text may be empty, and 0 and null mean never', () => {
    const channels = channelsOf(`
defaults: { ends: { replyCap: 5, inactivity: { warnAfterMs: 1000 } } }
channels:
  - { id: "1", language: pt, ends: { closingText: "", inactivity: { returnAfterMs: 5000 } } }
  - { id: "2", ends: { replyCap: 0, inactivity: { warnAfterMs: 0, returnAfterMs: null } } }`);
    expect(channels.of({ channelId: '1' }).ends).toMatchObject({ closingText: '', optOutText: expect.stringMatching(/^Pronto/), replyCap: 5, inactivity: { warnAfterMs: 1000, returnAfterMs: 5000 } });
    expect(channels.of({ channelId: '2' }).ends).toMatchObject({ replyCap: 0, inactivity: { warnAfterMs: null, returnAfterMs: null } });
    expect(channels.all().map(({ ends }) => ends.inactivity.returnAfterMs)).toEqual([1_800_000, 5000, null]);
  });

  it('are found by the full id or by the bare number, whichever of the two the file and Botmaker use', () => {
    const named = (yaml: string, channelId: string | null): string | null => channelsOf(yaml).of({ channelId }).name;
    const byNumber = 'channels:\n  - { id: "5491150000001", name: Ventas }';
    const byId = `channels:\n  - { id: ${full}, name: Ventas }`;
    for (const yaml of [byNumber, byId]) for (const channelId of [full, '5491150000001']) expect(named(yaml, channelId)).toBe('Ventas');
    for (const channelId of ['acme-whatsapp-15491150000001', 'acme-webchat-null', null]) expect(named(byNumber, channelId)).toBeNull();
  });

  it('speak the line’s language where nobody has written the words, and keep the words that somebody has', () => {
    const channels = channelsOf(`channels:\n  - { id: "1", language: pt }\n  - { id: "2", language: en, fallbackText: Sorry! }`);
    expect(channels.of({ channelId: '1' }).fallbackText).toMatch(/^Desculpe/);
    expect(channels.of({ channelId: '2' })).toMatchObject({ fallbackText: 'Sorry!', busyText: expect.stringMatching(/^I am still/) });
  });

  it('say the environment’s sentence on every line, when there is one', () => {
    const own = new ConversationConfig('external_handoff', null, null, null, null, 1000, 4000, 1, 1, 'Perdón.', 1);
    expect(channelsOf('defaults: { language: pt }', own).of({ channelId: null }).fallbackText).toBe('Perdón.');
  });
});
