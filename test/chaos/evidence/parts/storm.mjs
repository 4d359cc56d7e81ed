import { counts, faults, number, seconds, table } from '../table.mjs';

export function stormPart({ seed, replicas, seconds: took, drainMs, blows, restarts, faults: spoilt, verdict, doubts, door, waits, database }) {
  const { attempted, acknowledged, planned, seen, recovered, modelCalls, ends } = verdict;
  return [
    table(['', ''], [
      ['seed', seed],
      ['messages written by customers', number(attempted)],
      ['acknowledged by the door', number(acknowledged)],
      ['answers planned, seen by customers', `${number(planned)}, ${number(seen)}`],
      ['**faults**', counts(faults(verdict))],
      ['how the messages ended', counts(ends)],
      ['recovered (refused or unanswered at first)', number(recovered)],
      ['calls of the model', number(modelCalls)],
      ['replicas; took; drained in', `${replicas}; ${number(took)} s; ${seconds(drainMs)}`],
      ['kills, freezes, immediate restarts of PostgreSQL, wire torn', `${blows.kill}, ${blows.freeze}, ${blows.database}, ${blows.wire}`],
      ['restarts of replicas', number(restarts)],
      ['sends that Botmaker spoilt', counts(spoilt)],
      ['sends whose outcome was in doubt', `${number(doubts.count)}; settled by: ${counts(doubts.by)}; slowest ${seconds(doubts.slowestMs)}, with the second send ${seconds(doubts.slowestMessageMs)} (W ${seconds(waits.doubtMs)})`],
      ['door: p50, p99, max', `${number(door.latency.p50)}, ${number(door.latency.p99)}, ${number(door.latency.max)} ms`],
      ['door: not 2xx, worst 10 minutes; asked a second replica', `${counts(door.not2xx)}, ${number(door.worstTenMinutes)}; ${number(door.secondTries)}`],
      ['PostgreSQL', `${database.server_version}, fsync ${database.fsync}, synchronous_commit ${database.synchronous_commit}, autovacuum_naptime ${database.autovacuum_naptime} s`],
    ]),
  ];
}
