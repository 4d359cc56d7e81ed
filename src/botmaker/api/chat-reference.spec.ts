import { describe, expect, it } from '@jest/globals';
import { chatReference, typingTarget } from './chat-reference.js';

const line = { platform: 'whatsapp', channelId: 'acmebot-whatsapp-5491150000001', contactId: '5491150001234' };
const both = { channelId: line.channelId, contactId: line.contactId };

describe('the name of a chat in a request', () => {
  it.each([
    ['line and contact', { ...line, chatId: null }, both],
    ['line and contact before the id, whose equality with the webhook’s is only inferred', { ...line, chatId: 'BBXP3U1BXSTSNDTN8PIN' }, both],
    ['the id when there is no line', { ...line, channelId: null, chatId: 'BBXP3U1BXSTSNDTN8PIN' }, { chatId: 'BBXP3U1BXSTSNDTN8PIN' }],
    ['the id when there is no contact', { ...line, contactId: null, chatId: 'BBXP3U1BXSTSNDTN8PIN' }, { chatId: 'BBXP3U1BXSTSNDTN8PIN' }],
    ['the contact as received when the user hides the number', { ...line, contactId: 'CO.1025abc', chatId: null }, { ...both, contactId: 'CO.1025abc' }],
    ['the id when line and contact are empty texts', { ...line, channelId: '', contactId: '', chatId: 'BBXP3U1BXSTSNDTN8PIN' }, { chatId: 'BBXP3U1BXSTSNDTN8PIN' }],
  ])('is %s', (_what, address, expected) => {
    expect(chatReference(address)).toEqual(expected);
  });

  it.each([
    ['only a contact', { ...line, channelId: null, chatId: null }],
    ['only a line', { ...line, contactId: null, chatId: null }],
    ['nothing', { platform: null, channelId: null, contactId: null, chatId: null }],
  ])('cannot be made of %s: such a chat can’t be written to', (_what, address) => {
    expect(() => chatReference(address)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'botmaker.no-address' }));
  });

  it('for typing is flat, and needs line and contact', () => {
    expect(typingTarget({ ...line, chatId: 'BBXP3U1BXSTSNDTN8PIN' })).toEqual(both);
    expect(typingTarget({ ...line, channelId: null, chatId: 'BBXP3U1BXSTSNDTN8PIN' })).toBeNull();
  });
});
