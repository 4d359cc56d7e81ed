import { counts, faults, number, seconds, table } from '../table.mjs';

/** A row a point, a column a signal and number of workers: from the blow to the customer's answer, and what it cost. */
export function failpointsPart({ seed, points, matrices, migration }) {
  const columns = matrices.flatMap(({ workers, cells }) => ['SIGKILL', 'SIGSTOP'].map((signal) => ({ name: `${signal.slice(3)}, ${workers} worker${workers > 1 ? 's' : ''}`, cells: cells.filter((cell) => cell.signal === signal) })));
  const cellOf = (cells, point) => {
    const cell = cells.find((one) => one.point === point);
    if (!cell) return '–';
    const asked = `${number(cell.modelCalls)} call${cell.modelCalls === 1 ? '' : 's'}`;
    return cell.seen === 1 && cell.answeredMs !== null ? `${seconds(cell.answeredMs)}, ${asked}` : `**seen ${cell.seen} times**, ${asked}`;
  };
  const onTheWay = Object.keys(points).filter((point) => columns.some(({ cells }) => cells.some((cell) => cell.point === point)));
  return [
    `Seed ${seed}. Each cell: from the blow until the customer has his answer (a freeze lasts three times W, ${seconds(3 * (matrices[0]?.waits.doubtMs ?? 0))}), and how often the model was asked.`,
    table(['point', 'where', ...columns.map(({ name }) => name)], onTheWay.map((point) => [point, points[point].what, ...columns.map(({ cells }) => cellOf(cells, point))])),
    ...matrices.map(({ workers, verdict, unreached }) => `${workers} worker${workers > 1 ? 's' : ''}: ${counts(faults(verdict))}; points not reached: ${unreached.join(', ') || 'none'}.`),
    `K12, ${points.K12.what}: ${migration.map(({ signal, exitCode }) => `${signal}: the next run ended with ${exitCode}`).join('; ') || 'not run'}.`,
  ];
}
