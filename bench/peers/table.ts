import { cpus, totalmem } from 'node:os';
import type { Kills, Measured, Sizes } from './measure';
import { share } from './measure';

export function tableText(
  rows: readonly Measured[],
  afterDeath: Map<string, string>,
  sizes: Sizes,
  versions: string,
): string {
  const base = rows.find(({ name }) => name.startsWith('Temporal, a bare'))?.aSecond;
  const head = [
    'peer',
    'submit to result p50, p95',
    'tasks a second (beside bare Temporal)',
    'answer to a duplicate p50, p95',
    'processor a task',
    'memory of a worker',
    'killed: goes on elsewhere p50, max',
    'not finished',
    'run twice',
    'its default',
  ];
  const lines = rows.map((row) => [
    row.name,
    `${ms(row.p50)}, ${ms(row.p95)}`,
    `${row.aSecond.toFixed(0)}${base ? ` (${(row.aSecond / base).toFixed(2)})` : ''}`,
    `${ms(row.duplicateP50)}, ${ms(row.duplicateP95)}`,
    ms(row.processorMs),
    `${row.memoryMib.toFixed(0)} MiB`,
    killsText(row.kills, sizes.patience),
    `${row.kills.lost} of ${row.kills.asked}`,
    String(row.kills.twice),
    afterDeath.get(row.name) ?? '',
  ]);
  const { model = 'unknown' } = cpus()[0] ?? {};
  return [
    `${cpus().length} × ${model}, ${Math.round(totalmem() / 1024 ** 3)} GiB; Node ${process.versions.node}; ${versions}.`,
    `${sizes.latency} tasks one at a time, ${sizes.throughput} by 20 lanes, ${sizes.kills} kills with ${sizes.patience} s of patience each.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines.map(row),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function killsText({ recovered, asked }: Kills, patience: number): string {
  if (asked === 0) return 'not measured';
  if (recovered.length === 0) return `not within ${patience} s`;
  const text = `${share(recovered, 0.5).toFixed(1)} s, ${Math.max(...recovered).toFixed(1)} s`;
  return recovered.length < asked ? `${text}; ${asked - recovered.length} not within ${patience} s` : text;
}
