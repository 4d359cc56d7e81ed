import { beforeAll, describe, expect, it } from '@jest/globals';

interface Entry {
  id: string;
  type: string;
  at: string;
  tone: string;
  runId: string | null;
  eventId: string | null;
  correlationId: string | null;
  reasonCode: string | null;
  reason: string | null;
  title: string;
}
interface Group {
  kind: string;
  entries: Entry[];
}

/** What the browser runs, without a browser. */
let groupEntries: (entries: Entry[], runOfEvent: Map<string, string>) => Group[];
let endingOf: (entries: Entry[]) => { words: string; tone: string } | null;
let stationsOf: (entries: Entry[]) => { words: string; afterMs: number | null }[];
let withEntries: (known: Entry[], added: Entry[]) => Entry[];
let times: { span: (ms: number) => string; ago: (iso: string, now: number) => string; left: (iso: string, now: number) => string };

beforeAll(async () => {
  const load = (name: string): Promise<unknown> => import(new URL(name, import.meta.url).href);
  ({ groupEntries, endingOf, stationsOf } = (await load('./timeline-groups.js')) as { groupEntries: typeof groupEntries; endingOf: typeof endingOf; stationsOf: typeof stationsOf });
  ({ withEntries } = (await load('./store.js')) as { withEntries: typeof withEntries });
  times = (await load('./times.js')) as typeof times;
});

let next = 1;
const entry = (type: string, more: Partial<Entry> = {}): Entry => ({
  id: String(next++), type, at: new Date(Date.UTC(2026, 2, 2, 14, 0, next)).toISOString(), tone: type === 'chat.owner-changed' ? 'owner' : 'turn',
  runId: null, eventId: null, correlationId: null, reasonCode: null, reason: null, title: type, ...more,
});
const shape = (groups: Group[]): string[] => groups.map(({ kind, entries }) => `${kind}: ${entries.map(({ type }) => type).join(' ')}`);

describe('the timeline', () => {
  it('puts the message that made a run into the run, and a change of owner before it', () => {
    const groups = groupEntries(
      [
        entry('inbox.accepted', { correlationId: 'c1' }),
        entry('chat.owner-changed', { correlationId: 'c1' }),
        entry('turn.queued', { runId: 'r1', correlationId: 'c1' }),
        entry('inbox.accepted', { eventId: '9', correlationId: 'c2' }),
        entry('turn.started', { runId: 'r1', correlationId: 'c1' }),
        entry('inbox.accepted', { correlationId: 'c3' }),
      ],
      new Map([['9', 'r1']]),
    );
    expect(shape(groups)).toEqual(['owner: chat.owner-changed', 'run: inbox.accepted turn.queued inbox.accepted turn.started', 'loose: inbox.accepted']);
  });

  it('tells two runs apart that are told of in turns', () => {
    const groups = groupEntries([entry('turn.queued', { runId: 'r1' }), entry('turn.queued', { runId: 'r2' }), entry('message.read', { runId: 'r1' })], new Map());
    expect(shape(groups)).toEqual(['run: turn.queued message.read', 'run: turn.queued']);
  });

  it('calls a run over when its answer is out, and not before', () => {
    const finished = entry('turn.finished', { reasonCode: 'answered', reason: 'Respondido' });
    expect(endingOf([entry('turn.started')])).toBeNull();
    expect(endingOf([finished])).toEqual({ words: 'Respondido', tone: 'good' });
    expect(endingOf([finished, entry('delivery.in-doubt')])).toMatchObject({ words: 'Envío en duda' });
    expect(endingOf([finished, entry('delivery.in-doubt'), entry('message.confirmed')])).toMatchObject({ words: 'Respondido' });
    expect(endingOf([finished, entry('delivery.retrying'), entry('delivery.accepted')])).toMatchObject({ words: 'Respondido' });
    expect(endingOf([finished, entry('message.confirmed'), entry('message.failed')])).toMatchObject({ tone: 'bad' });
    expect(endingOf([entry('turn.failed')])).toMatchObject({ tone: 'bad' });
  });

  it('measures the way from the webhook to the read receipt', () => {
    const at = (ms: number): string => new Date(Date.UTC(2026, 2, 2) + ms).toISOString();
    const stations = stationsOf([entry('inbox.accepted', { at: at(0) }), entry('turn.decided', { at: at(1600) }), entry('delivery.accepted', { at: at(1700) }), entry('message.read', { at: at(4200) })]);
    expect(stations.map(({ afterMs }) => afterMs)).toEqual([0, 1600, 1700, null, 4200]);
  });

  it('keeps each entry once and in order, however often and late it is told', () => {
    const [a, b, c] = [entry('a', { id: '9' }), entry('b', { id: '10' }), entry('c', { id: '11' })];
    expect(withEntries([a, c], [b, c]).map(({ id }) => id)).toEqual(['9', '10', '11']);
  });
});

describe('times', () => {
  it('are as short as they stay clear', () => {
    expect([480, 1500, 185_000, 86_340_000].map(times.span)).toEqual(['480 ms', '1,5 s', '3 min 5 s', '23 h 59 min']);
    const now = Date.UTC(2026, 2, 2, 15);
    const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
    expect([0, 12, 90, 7200].map((seconds) => times.ago(before(seconds), now))).toEqual(['ahora', 'hace 12 s', 'hace 1 min', 'hace 2 h']);
    expect([-1798, -5, 3].map((seconds) => times.left(before(seconds), now))).toEqual(['29:58', '0:05', '0:00']);
  });
});
