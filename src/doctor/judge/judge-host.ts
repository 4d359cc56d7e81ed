import type { ModelLook } from '../../agent/index.js';
import type { ClockFacts, DatabaseFacts, HostFacts, Seen } from '../facts.js';
import { found, type Finding } from '../finding.js';

const oldestServer = 150_000;

export function judgeDatabase(seen: Seen<DatabaseFacts>): Finding[] {
  if ('unseen' in seen) return [found('database-unreachable', { why: seen.unseen })];
  const { version, pendingMigrations, isOwner, missingGrants, canChangeLog } = seen.value;
  const [first] = missingGrants;
  return [
    ...(version < oldestServer ? [found('database-old', { version: Math.floor(version / 10_000) })] : []),
    ...(pendingMigrations > 0 ? [found('database-unmigrated', { count: pendingMigrations })] : []),
    ...(first === undefined ? [] : [found('database-grants', { count: missingGrants.length, first })]),
    ...(isOwner ? [found('database-owner')] : canChangeLog ? [found('database-log-changeable')] : []),
  ];
}

/** Leases, ends and ages are decided by the database's clock; half a minute is less than any of them. */
const toleratedMs = { database: 5000, botmaker: 30_000 };

export function judgeClock({ databaseAheadMs, botmakerAheadMs }: ClockFacts): Finding[] {
  const apartMs = botmakerAheadMs === null ? 0 : Math.abs(botmakerAheadMs - (databaseAheadMs ?? 0));
  return [
    ...(databaseAheadMs !== null && Math.abs(databaseAheadMs) > toleratedMs.database ? [found('clock-database', { seconds: seconds(databaseAheadMs) })] : []),
    ...(apartMs > toleratedMs.botmaker ? [found('clock-botmaker', { seconds: seconds(apartMs) })] : []),
  ];
}

const seconds = (ms: number): number => Math.round(Math.abs(ms) / 1000);

export function judgeModel(look: ModelLook): Finding[] {
  switch (look.state) {
    case 'offline':
      return [found('model-offline')];
    case 'there':
      return [];
    case 'unlisted':
      return [found('model-unlisted', { model: look.model })];
    case 'failed':
      return [look.code === 'agent.key-refused' ? found('model-key-refused', { model: look.model }) : found('model-failed', { model: look.model, why: look.code })];
  }
}

const oldestNode = [20, 19] as const;
const mebibyte = 1024 * 1024;

export function judgeHost({ nodeVersion, spool, knowledge }: HostFacts): Finding[] {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return [...(isOld ? [found('node-old', { version: nodeVersion })] : []), ...judgeSpool(spool), ...judgeKnowledge(knowledge)];
}

function judgeSpool(spool: HostFacts['spool']): Finding[] {
  if ('unseen' in spool) return [found('spool-unwritable', { why: spool.unseen })];
  const { freeBytes, neededBytes } = spool.value;
  return freeBytes < neededBytes ? [found('spool-little-room', { free: Math.floor(freeBytes / mebibyte), needed: Math.ceil(neededBytes / mebibyte) })] : [];
}

function judgeKnowledge(knowledge: HostFacts['knowledge']): Finding[] {
  if ('unseen' in knowledge) return [found('knowledge-missing', { why: knowledge.unseen })];
  const { files, skipped } = knowledge.value;
  if (files === 0) return [found('knowledge-empty')];
  return skipped.length > 0 ? [found('knowledge-skipped', { files: skipped.slice(0, 3).join(', ') + (skipped.length > 3 ? ' …' : '') })] : [];
}
