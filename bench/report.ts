import { cpus, totalmem } from 'node:os';
import { version as sdk } from '@temporalio/client/package.json';
import { VERSION } from '../src/version';
import type { Aim, Figure } from './figures';

/** The figures as a Markdown table, missed targets included, with versions and machine. */
export function report(figures: readonly Figure[], server: string): string {
  const rows = figures.map((figure) => {
    const { what, unit, holdfast, against, aim, range } = figure;
    const ratio = against === undefined ? undefined : holdfast / against;
    const met = isMet(aim, ratio ?? holdfast);
    return [
      what,
      against === undefined ? '' : show(against, unit),
      show(holdfast, unit) + (range ? ` (${range.map((value) => show(value, unit)).join(' to ')})` : ''),
      ratio?.toFixed(2) ?? '',
      aimText(aim),
      met === undefined ? '' : met ? 'yes' : '**no**',
    ];
  });
  const [cpu] = cpus();
  return [
    `Holdfast ${VERSION}, Temporal SDK ${sdk}, server ${server}, Node ${process.versions.node}.`,
    `${cpus().length} × ${cpu?.model.trim() || 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}. Ratios matter, not the figures.`,
    '',
    table([['what', 'compared with', 'Holdfast', 'ratio', 'aim', 'met'], ...rows]),
  ].join('\n');
}

function isMet(aim: Aim | undefined, value: number): boolean | undefined {
  if (!aim) return undefined;
  return 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
}

function aimText(aim: Aim | undefined): string {
  if (!aim) return '';
  return 'atMost' in aim ? `≤ ${aim.atMost}` : `≥ ${aim.atLeast}`;
}

function show(value: number, unit: string): string {
  const digits = value < 1 ? 3 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

function table(rows: string[][]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body].join('\n');
}
