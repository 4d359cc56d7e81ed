import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DoctorBench } from '../support/doctor-bench.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

jest.setTimeout(240_000);

const customer = { contactId: '5491159876543' };

describe('connect', () => {
  const developer = { contactId: '5491150001234' };
  let production: DoctorBench;
  let machine: WebhookReceiver;
  beforeAll(async () => {
    production = await DoctorBench.start();
    machine = await WebhookReceiver.start();
  });
  afterAll(() => Promise.all([production.stop(), machine.close()]));

  const wish = { contactId: developer.contactId, line: null, variable: null };
  const url = (): string => machine.url;
  const home = (): string => `${production.app.address}/botmaker/webhook`;
  /** Where the notification of the message with this text went. */
  const wentTo = (text: string): Promise<string> =>
    until(() => production.twin.webhookAttempts.find(({ body }) => JSON.stringify(body).includes(text))?.url, `the notification of “${text}”`);
  const write = (contact: { contactId: string }, text: string): Promise<string> => {
    production.twin.customerWrites(contact, text);
    return wentTo(text);
  };
  const rules = async (): Promise<string[]> => (await production.rules()).map(({ URL: to }) => to);

  it('refuses a chat that Botmaker does not know, and an address without HTTPS', async () => {
    await expect(production.redirection.connect(wish, url(), false)).rejects.toMatchObject({ code: 'doctor.chat-unknown' });
    await expect(production.redirection.connect(wish, 'http://dev.example.com', false)).rejects.toMatchObject({ code: 'doctor.address-refused' });
    await expect(production.redirection.connect({ ...wish, line: 'nobody' }, url(), false)).rejects.toMatchObject({ code: 'doctor.line-unclear' });
    expect(await rules()).toEqual([]);
  });

  it('changes nothing on a dry run', async () => {
    expect(await write(developer, 'uno')).toBe(home());
    expect((await production.redirection.connect(wish, url(), true)).map(({ kind }) => kind)).toEqual(['create-rule', 'set-variables']);
    expect(await rules()).toEqual([]);
    expect(await write(developer, 'dos')).toBe(home());
  });

  it('refuses what would take everybody’s chats', async () => {
    const wide = (name: string, value: string): Promise<unknown> => production.redirection.connect({ ...wish, variable: { name, value } }, url(), false);
    await expect(wide('', '')).rejects.toMatchObject({ code: 'doctor.rule-too-wide' });
    await expect(wide('external_handoff', 'true')).rejects.toMatchObject({ code: 'doctor.rule-too-wide' });
    expect(await rules()).toEqual([]);
  });

  it('brings the developer’s chat, and no other, to his machine; again does nothing more', async () => {
    await production.redirection.connect(wish, url(), false);
    expect(await write(developer, 'tres')).toBe(url());
    expect(await write(customer, 'cuatro')).toBe(home());
    await until(() => machine.bodies.some((body) => JSON.stringify(body).includes('tres')), 'the developer’s message to arrive');
    expect(machine.calls.filter(({ method }) => method === 'POST').every(({ token, body }) => token === production.twin.webhookToken && body['contactId'] === developer.contactId)).toBe(true);
    expect(await production.redirection.connect(wish, url(), false)).toEqual([]);
    expect(await rules()).toHaveLength(1);
    expect(await production.duties()).toEqual(['rule-elsewhere: desarrollo']);
  });

  it('is taken back by disconnect, which leaves the rules of others alone', async () => {
    const theirs = await production.makeRule({ URL: 'https://beto.example.com/hook', name: 'beto', chatsMatchProps: [{ webhookEnv: 'beto' }] });
    expect((await production.redirection.disconnect(wish, true)).map(({ kind }) => kind)).toEqual(['set-variables', 'delete-rule']);
    expect(await write(developer, 'cinco')).toBe(url());
    await production.redirection.disconnect(wish, false);
    expect(await write(developer, 'seis')).toBe(home());
    expect(await rules()).toEqual(['https://beto.example.com/hook']);
    expect(await production.redirection.disconnect(wish, false)).toEqual([]);
    await theirs.remove();
    expect(production.twin.violations).toEqual([]);
  });
});
