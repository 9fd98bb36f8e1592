import { type HandlerContext, isOpen, type TaskView } from 'holdfast';
import { change, type FacilityResources } from '../resources';

/** What a reminder has come to. */
export interface Settlement {
  status: 'SUCCESS' | 'FAILED';
  /** Why it failed. */
  failure: string | null;
}

/** What the mail's task says of the reminder; `undefined` while it is under way. */
export function settlementOf({ id, state, failure }: TaskView): Settlement | undefined {
  if (state === 'completed') return { status: 'SUCCESS', failure: null };
  if (state !== 'failed' && state !== 'cancelled' && state !== 'dead-lettered') return undefined;
  return { status: 'FAILED', failure: `${id} is ${state}${failure ? `: ${failure.message}` : ''}` };
}

/** Writes down what a reminder has come to. A success stands. */
export async function settle(
  reminder: number,
  settlement: Settlement,
  mail: TaskView,
  resources: FacilityResources,
  context: HandlerContext,
): Promise<void> {
  // While the mail is parked it can still go out.
  const settledAt = isOpen(mail.state) ? null : new Date();
  // A redriven mail is another outcome, also for the same task when that is redriven.
  const key = context.effectKey(`settle-${mail.runId}-${mail.state}`);
  await change(resources, context, key, async (transaction) => {
    await transaction
      .updateTable('reminders')
      .set({ ...settlement, settledAt })
      .where('id', '=', reminder)
      .where('status', '<>', 'SUCCESS')
      .execute();
    return settlement;
  });
}
