import type { BulkActionName, BulkFilter, BulkTarget } from '../../protocol/bulk';
import type { OperatorMessage } from '../../protocol/task';
import { confirmed } from '../confirm';
import { EXIT } from '../exit-codes';
import { withProgress } from '../output/progress';
import { UsageError } from '../runner';
import type { Session } from '../session';
import { count, emptyTally, type Sent, sendAll } from './send';

/** What an operator wants done to which tasks. */
export interface Repair {
  action: BulkActionName;
  ids: string[];
  filter?: BulkFilter | undefined;
  message: OperatorMessage;
  rate: number;
  dryRun?: true | undefined;
  yes?: true | undefined;
}

/** Tasks that are named when nothing is done yet, and in a report for people. */
const NAMED = 20;

/** Finds the tasks, shows how many there are, asks, and tells them. */
export async function repair(session: Session, order: Repair): Promise<number> {
  const { out } = session;
  const { action, dryRun } = order;
  const targets = await findTargets(session, order);
  const there = targets.filter(({ runId }) => runId !== undefined);
  if (dryRun) return preview(session, order, targets);
  if (targets.length === 0) {
    if (out.asJson) out.json({ action, matched: 0, ...emptyTally(), tasks: [] });
    else out.line('No tasks found matching the criteria');
    return EXIT.ok;
  }
  const many = there.length > 1 || order.filter !== undefined;
  if (many && !(await confirmed(session, `${question(order, there)}?`, order.yes))) {
    out.note('Nothing was done.');
    return EXIT.refused;
  }
  return act(session, order, targets);
}

/** The tasks of an order as they are now. */
async function findTargets({ tasks }: Session, { action, ids, filter }: Repair): Promise<BulkTarget[]> {
  if (ids.length === 0 && !filter) throw new UsageError('Name tasks by ID, or choose them with --filter.');
  if (ids.length > 0 && filter) throw new UsageError('Name tasks by ID or choose them with --filter, not both.');
  const targets: BulkTarget[] = [];
  const choice = filter ? { action, filter } : { action, ids };
  for await (const batch of tasks.bulkActions.targets(choice)) targets.push(...batch);
  return targets;
}

function question({ action }: Repair, targets: readonly BulkTarget[]): string {
  const types = new Map<string, number>();
  for (const { type = 'unknown' } of targets) types.set(type, (types.get(type) ?? 0) + 1);
  const named = [...types].map(([type, number]) => `${number} ${type}`).join(', ');
  return `${action} ${targets.length} task(s) (${named})`;
}

function preview({ out }: Session, order: Repair, targets: readonly BulkTarget[]): number {
  const missing = targets.filter(({ runId }) => runId === undefined).map(({ id }) => id);
  const there = targets.filter(({ runId }) => runId !== undefined);
  const ids = there.map(({ id }) => id);
  if (out.asJson) {
    out.json({ action: order.action, dryRun: true, matched: there.length, ids, missing });
  } else {
    out.line(`Would ${question(order, there)}:`);
    for (const id of ids.slice(0, NAMED)) out.line(`  ${id}`);
    if (ids.length > NAMED) out.line(`  … and ${ids.length - NAMED} more`);
    for (const id of missing) out.note(`Task ${id} not found`);
  }
  return missing.length > 0 ? EXIT.refused : EXIT.ok;
}

async function act(session: Session, order: Repair, targets: readonly BulkTarget[]): Promise<number> {
  const { out } = session;
  const tally = emptyTally();
  const sent: Sent[] = [];
  try {
    await withProgress(session, targets.length, (step) =>
      sendAll(session, order, targets, (one) => {
        count(tally, one);
        if (out.asJson || one.outcome !== 'done' || targets.length <= NAMED) sent.push(one);
        step();
      }),
    );
  } finally {
    report(session, order, targets.length, tally, sent);
  }
  return tally.done === targets.length ? EXIT.ok : EXIT.refused;
}

function report(
  { out, signal }: Session,
  { action }: Repair,
  matched: number,
  tally: ReturnType<typeof emptyTally>,
  sent: readonly Sent[],
): void {
  if (out.asJson) {
    out.json({ action, matched, ...tally, tasks: sent });
    return;
  }
  for (const { id, outcome, detail, kept } of sent) {
    if (outcome === 'done') out.line(`${id}: ${action} sent${kept ? '; kept until a worker takes it' : ''}`);
    else out.note(`${id}: ${detail}`);
  }
  const left = matched - tally.done - tally.movedOn - tally.refused - tally.failed;
  if (matched > 1) {
    out.line(
      `Sent ${action} to ${tally.done} of ${matched}; ${tally.movedOn} had moved on, ${tally.refused} refused, ${tally.failed} failed.`,
    );
  }
  if (left > 0) out.note(`${signal.aborted ? 'Interrupted' : 'Ended early'}: ${left} task(s) were not reached.`);
}
