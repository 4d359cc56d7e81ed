import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { arrived } from '../../test/support/arrivals.js';
import { PowerCutDisk } from '../../test/support/power-cut-disk.js';
import { Alarms, Metrics, SpoolConfig } from '../platform/index.js';
import type { ReceivedEnvelope } from './received-envelope.js';
import { encodeRecord } from './spool-record.js';
import { Spool } from './spool.store.js';

const maxBytes = 256 * 1024;
const body = (text: string): ReceivedEnvelope => arrived(Buffer.from(text));
const bodies = (count: number, from = 0): ReceivedEnvelope[] => Array.from({ length: count }, (_, n) => body(`${from + n}`));

describe('the spool', () => {
  let root: string;
  let disk: PowerCutDisk;
  let spool: Spool;
  let alarms: Alarms;

  const openSpool = (max = maxBytes): Spool => {
    alarms = new Alarms(new Metrics());
    return new Spool(new SpoolConfig(root, max), disk, alarms);
  };
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'botmaker-agent-spool-')), 'spool');
    disk = new PowerCutDisk();
    spool = openSpool();
  });
  afterEach(async () => {
    await spool.release();
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  /** Takes everything out, as the drain does, and says what it was. */
  const takeAll = async (from: Spool): Promise<string[]> => {
    const texts: string[] = [];
    for (let segment = await from.oldest(); segment; segment = await from.oldest()) {
      const content = await from.read(segment);
      texts.push(...(content?.records ?? []).map((record) => record.body.toString()));
      await from.remove(segment, content?.damage === 'corrupt');
    }
    return texts;
  };
  const folders = (): string[] => readdirSync(root).filter((name) => !name.includes('.')).map((name) => join(root, name));
  const files = (): string[] => folders().flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  /** The owner of these folders has not shown himself for a while. */
  const abandon = (): void => folders().forEach((folder) => utimesSync(folder, new Date(0), new Date(0)));

  it('gives back what it was given, in order, and leaves nothing on the disk', async () => {
    for (let n = 0; n < 30; n += 3) await spool.append(bodies(3, n));
    expect(spool.level).toMatchObject({ records: 30 });
    expect(await takeAll(spool)).toEqual(bodies(30).map((each) => each.body.toString()));
    expect(spool.isEmpty).toBe(true);
    expect(readdirSync(root)).toEqual([]);
  });

  it('is for its owner alone: nobody else may enter the folder or read a file', async () => {
    await spool.append(bodies(1));
    const modes = [root, ...folders(), ...files()].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(['700', '700', '600']);
  });

  it('goes on into another file while the oldest is being stored', async () => {
    await spool.append(bodies(2));
    const first = await spool.oldest();
    await spool.append(bodies(2, 2));
    expect((await spool.read(first!))?.records).toHaveLength(2);
    await spool.remove(first!, false);
    expect(await takeAll(spool)).toEqual(['2', '3']);
  });

  it('says by its alarm and its level what waits', async () => {
    const receivedAt = Date.now() - 5000;
    await spool.append([{ ...body('old'), receivedAt }, body('new')]);
    expect(spool.level).toEqual({ records: 2, bytes: statSync(files()[0]!).size, oldestAt: receivedAt, maxBytes });
    expect(Object.keys(alarms.raised())).toEqual(['spool-in-use']);
    await takeAll(spool);
    expect(spool.level).toMatchObject({ records: 0, bytes: 0, oldestAt: null });
    expect(alarms.raised()).toEqual({});
  });

  it('refuses what it has no room for, says so, keeps what it has, and takes on when there is room again', async () => {
    const large = (): ReceivedEnvelope => arrived(Buffer.alloc(100 * 1024));
    await spool.append([large()]);
    await spool.append([large()]);
    await expect(spool.append([large()])).rejects.toMatchObject({ code: 'inbox.spool-full' });
    expect(Object.keys(alarms.raised())).toEqual(['spool-in-use', 'spool-full']);
    await spool.append(bodies(1));
    expect(await takeAll(spool)).toHaveLength(3);
    expect(alarms.raised()).toEqual({});
    await spool.append([large()]);
  });

  describe('says "kept" after the disk has said so, and not before', () => {
    it('while the disk syncs, nothing is said', async () => {
      let finish = (): void => undefined;
      disk.beforeSync = () => new Promise((done) => (finish = done));
      let isKept = false;
      const kept = spool.append(bodies(1)).then(() => (isKept = true));
      await new Promise((soon) => setTimeout(soon, 50));
      expect(isKept).toBe(false);
      finish();
      await kept;
    });

    /** What was said to be kept, and is not there after the power was cut. */
    const lostByPowerCut = async (): Promise<number> => {
      const kept: string[] = [];
      for (let n = 0; n < 20; n++) await spool.append([body(`${n}`)]).then(() => kept.push(`${n}`));
      disk.cutPower();
      abandon();
      const next = openSpool();
      await next.adopt();
      const found = await takeAll(next);
      return kept.filter((text) => !found.includes(text)).length;
    };

    it('so a power cut loses none of it', async () => {
      expect(await lostByPowerCut()).toBe(0);
      expect(disk.syncs).toBe(20);
    });

    it('and this test would see it: a spool that does not wait for the disk loses what it said to have kept', async () => {
      disk.isSyncSkipped = true;
      expect(await lostByPowerCut()).toBe(20);
    });
  });

  describe('when the disk fails', () => {
    it.each<[string, () => void]>([
      ['a sync', () => (disk.beforeSync = () => Promise.reject(Object.assign(new Error('i/o'), { code: 'EIO' })))],
      ['a write', () => (disk.beforeWrite = () => { throw Object.assign(new Error('no space'), { code: 'ENOSPC' }); })],
    ])('at %s: it says so, and what was kept before and what is kept after is whole', async (_what, fail) => {
      await spool.append([body('before')]);
      fail();
      await expect(spool.append([body('refused')])).rejects.toMatchObject({ code: 'inbox.spool-failed' });
      expect(Object.keys(alarms.raised())).toContain('spool-full');
      disk.beforeSync = () => Promise.resolve();
      disk.beforeWrite = () => undefined;
      await spool.append([body('after')]);
      expect(await takeAll(spool)).toEqual(['before', 'after']);
    });

    it('by having no folder: it says so, and works when it has one', async () => {
      writeFileSync(root, 'a file in the way');
      await expect(spool.append(bodies(1))).rejects.toMatchObject({ code: 'inbox.spool-failed' });
      expect(spool.isEmpty).toBe(true);
      rmSync(root);
      await spool.append(bodies(1));
      expect(await takeAll(spool)).toEqual(['0']);
    });
  });

  describe('of a process that was killed', () => {
    it('is taken over when its owner has not been seen for a while, and not before', async () => {
      await spool.append(bodies(5));
      const next = openSpool();
      expect(await next.adopt()).toBe(0);
      abandon();
      expect(await next.adopt()).toBe(5);
      expect(next.level.records).toBe(5);
      expect(await takeAll(next)).toEqual(['0', '1', '2', '3', '4']);
      expect(readdirSync(root)).toEqual([]);
    });

    it('is taken over at once when its owner has let it go', async () => {
      await spool.append(bodies(3));
      await spool.release();
      expect(await openSpool().adopt()).toBe(3);
    });

    it('goes to one of many who try', async () => {
      await spool.append(bodies(4));
      abandon();
      const heirs = Array.from({ length: 8 }, () => openSpool());
      const counts = await Promise.all(heirs.map((heir) => heir.adopt()));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    });

    it('may end in a torn record, which was never said to be kept', async () => {
      await spool.append(bodies(2));
      await appendFile(files()[0]!, encodeRecord(body('torn')).subarray(0, 60));
      abandon();
      const next = openSpool();
      expect(await next.adopt()).toBe(2);
      expect(await takeAll(next)).toEqual(['0', '1']);
      expect(readdirSync(root)).toEqual([]);
    });

    it('may hold an empty folder or file, which are cleared away', async () => {
      await spool.append(bodies(1));
      writeFileSync(join(folders()[0]!, '000000000000001-000000000.seg'), '');
      abandon();
      const next = openSpool();
      await next.adopt();
      expect(await takeAll(next)).toEqual(['0']);
      expect(readdirSync(root)).toEqual([]);
    });
  });

  it('that was damaged gives back the others, and stays for a person to look at', async () => {
    await spool.append(bodies(3));
    const [path] = files();
    const bytes = await readFile(path!);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path!, bytes);
    expect(await takeAll(spool)).toEqual(['0', '2']);
    const kept = readdirSync(root);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/\.seg\.corrupt$/);
    expect((await readFile(join(root, kept[0]!))).equals(bytes)).toBe(true);
    await spool.noteDamage();
    expect(Object.keys(alarms.raised())).toEqual(['spool-damaged']);
    rmSync(join(root, kept[0]!));
    await spool.noteDamage();
    expect(alarms.raised()).toEqual({});
  });

  describe('whose owner was frozen and is no owner any more when he wakes up', () => {
    it('is left alone by him: what he keeps now is kept elsewhere, and none of it is lost', async () => {
      await spool.append([body('before')]);
      abandon();
      const heir = openSpool();
      await heir.adopt();
      expect(await takeAll(heir)).toEqual(['before']);
      await spool.append([body('after')]);
      expect(await takeAll(spool)).toEqual(['after']);
      expect(readdirSync(root)).toEqual([]);
    });

    it('even when that happens in the middle of keeping something', async () => {
      await spool.append([body('before')]);
      const heir = openSpool();
      const drained: string[] = [];
      disk.beforeSync = async () => {
        disk.beforeSync = () => Promise.resolve();
        abandon();
        await heir.adopt();
        drained.push(...(await takeAll(heir)));
      };
      await spool.append([body('meanwhile')]);
      // The heir may have seen it already: then it is in both, with one key.
      expect([...drained, ...(await takeAll(spool))]).toEqual(expect.arrayContaining(['before', 'meanwhile']));
    });

    it('and he finds out by himself when there is nothing to keep', async () => {
      await spool.append(bodies(1));
      abandon();
      await openSpool().adopt();
      await spool.beat();
      expect(spool.isEmpty).toBe(true);
    });
  });

  it('stays its owner’s as long as he shows himself', async () => {
    await spool.append(bodies(1));
    abandon();
    await spool.beat();
    expect(await openSpool().adopt()).toBe(0);
  });

  it('does not mind what else lies in its folder', async () => {
    await spool.append(bodies(1));
    writeFileSync(join(root, 'READ.ME'), 'not ours');
    writeFileSync(join(folders()[0]!, 'note.txt'), 'not ours');
    abandon();
    const next = openSpool();
    expect(await next.adopt()).toBe(1);
    expect(await takeAll(next)).toEqual(['0']);
    expect(existsSync(join(root, 'READ.ME'))).toBe(true);
  });
});
