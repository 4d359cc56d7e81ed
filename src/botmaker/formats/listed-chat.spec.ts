import { describe, expect, it } from '@jest/globals';
import { LISTED_CHAT } from './listed-chat.js';
import { readEnvelope } from './read-envelope.js';

const address = { chatChannelId: 'acme-whatsapp-549', contactId: '5491150001234', customerId: 'BBXP3U1BXSTSNDTN8PIN' };
const read = (fields: object, receivedAt = new Date('2026-03-02T12:00:00Z')) => readEnvelope(Buffer.from(JSON.stringify({ type: LISTED_CHAT, ...fields })), receivedAt);

describe('what the sweep writes down of a listed chat', () => {
  it('tells who has it', () => {
    expect(read({ ...address, agentId: 'op-1' })).toMatchObject([{ type: 'assignment', operatorId: 'op-1', address: { chatId: address.customerId } }]);
  });

  it('tells of its variables', () => {
    expect(read({ ...address, variables: { external_handoff: 'true' } })).toMatchObject([{ type: 'variables', variables: { external_handoff: 'true' } }]);
  });

  it('is another event at another moment: a person can take a chat twice', () => {
    const [one, other] = [read({ ...address, agentId: 'op-1' }), read({ ...address, agentId: 'op-1' }, new Date('2026-03-02T12:01:00Z'))];
    expect(one[0]?.key).not.toBe(other[0]?.key);
  });

  it.each([[{ agentId: 'op-1' }, 'no-chat'], [address, 'messages-missing']])('is set aside when it says nothing: %j', (fields, reason) => {
    expect(read(fields)).toMatchObject([{ type: 'quarantined', reason }]);
  });
});
