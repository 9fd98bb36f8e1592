import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { equal, quote } from '../list/list-query';

const { category, state } = SEARCH_ATTRIBUTES;

/** The parts of Visibility that a diagnosis looks at: open tasks of a certain age. */
export class StuckQueries {
  /** Open tasks that were submitted before the cutoff, whatever they do. */
  readonly old: string;
  /** Those that do not wait on purpose. */
  readonly stuck: string;

  /**
   * @param cutoff Submitted before it. @param normalTimes Instead of the cutoff: open for longer than the seconds that
   * are normal for each type, or parked. Other types have the shortest of these times, which makes the cutoff.
   */
  constructor(
    readonly cutoff: Date,
    normalTimes?: { now: Date; seconds: ReadonlyMap<string, number> },
  ) {
    // Every task has a category; other workflows of the namespace have none.
    const open = `${category} IS NOT NULL AND ExecutionStatus = 'Running'`;
    this.old = `${open} AND ${normalTimes ? beyondNormal(cutoff, normalTimes) : startedBefore(cutoff)}`;
    this.stuck = `${this.old} AND (${state} IS NULL OR ${state} = 'dead-lettered')`;
  }

  waiting(on: 'scheduled' | 'paused'): string {
    return `${this.old} AND ${state} = '${on}'`;
  }

  ofType(type: string): string {
    return `${this.stuck} AND ${equal('WorkflowType', type)}`;
  }

  parkedOfType(type: string): string {
    return `${this.ofType(type)} AND ${state} = 'dead-lettered'`;
  }

  /** Those that are neither parked nor wait on purpose: only their descriptions say more. */
  unparkedOfType(type: string): string {
    return `${this.old} AND ${equal('WorkflowType', type)} AND ${state} IS NULL`;
  }
}

function startedBefore(cutoff: Date): string {
  return `StartTime <= ${quote(cutoff.toISOString())}`;
}

function beyondNormal(cutoff: Date, { now, seconds }: { now: Date; seconds: ReadonlyMap<string, number> }): string {
  const longer = new Map<number, string[]>();
  for (const [type, normal] of seconds) {
    const begin = now.getTime() - normal * 1000;
    if (begin < cutoff.getTime()) longer.set(begin, [...(longer.get(begin) ?? []), type]);
  }
  const others = [...longer.values()].flat();
  const usual = others.length === 0 ? '' : ` AND WorkflowType NOT IN (${others.map(quote).join(', ')})`;
  return `(${[
    `${state} = 'dead-lettered'`,
    `(${startedBefore(cutoff)}${usual})`,
    ...[...longer].map(
      ([begin, types]) => `(${startedBefore(new Date(begin))} AND WorkflowType IN (${types.map(quote).join(', ')}))`,
    ),
  ].join(' OR ')})`;
}

/** @param queues Any number; none finds nothing. */
export function inQueues(query: string, queues: readonly string[]): string {
  return `${query} AND TaskQueue IN (${queues.map(quote).join(', ')})`;
}

export function notInQueues(query: string, queues: readonly string[]): string {
  return queues.length === 0 ? query : `${query} AND TaskQueue NOT IN (${queues.map(quote).join(', ')})`;
}
