import type { Outcome } from './scenario';

/** Whether a promise was broken. */
export function isBroken({ lost, wrong, twice }: Outcome): boolean {
  return lost.length + wrong.length + twice.length > 0;
}

/** One scenario for a person. */
export function outcomeLines(outcome: Outcome): string[] {
  const { submitted, acknowledged, unknown, once, lost, wrong, twice, repeated, recovery, availability } = outcome;
  const verdict = outcome.invalid ? `INVALID: ${outcome.invalid}` : isBroken(outcome) ? 'BROKEN' : 'kept';
  const names = (keys: readonly string[]) => (keys.length > 0 ? ` (${keys.slice(0, 5).join(', ')})` : '');
  return [
    `${outcome.fault}: ${verdict}`,
    `  ${submitted} submitted, ${acknowledged} acknowledged, ${unknown} calls with unknown outcome`,
    `  ${once} done once, ${repeated} more than once, ${lost.length} lost${names(lost)}, ${wrong.length} wrong${names(wrong)}, ${twice.length} keys with two tasks${names(twice)}`,
    `  under way when it struck: ${recovery.length}, gone on after p50 ${at(recovery, 0.5)}, p95 ${at(recovery, 0.95)}, at most ${at(recovery, 1)}`,
    `  calls answered: ${(availability * 100).toFixed(1)} %`,
  ];
}

function at(values: readonly number[], part: number): string {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? 'none' : `${value.toFixed(1)} s`;
}
