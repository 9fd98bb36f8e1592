import type { Verification, VerifyContext } from '../activities/verify';
import type { RunOutput } from './contracts/run';
import type { FacilityDatabase } from './database/open';
import { dayOf } from './keys';
import { type Mail, mailTasks } from './mail/send';
import type { FacilityResources } from './resources';

/** What an item of a task type changes in the database. */
export interface ItemEffect<Input, Outcome extends object, Output = RunOutput> {
  /** When the item was due, and the name of its effect; nothing when there is no such item. */
  find(database: FacilityDatabase, input: Input): Promise<{ key: string; dueAt: Date } | undefined>;
  /** What its task returns. */
  outputOf(input: Input, outcome: Outcome): Output;
}

/**
 * The verifier of a type whose items change the database once. It looks for the record that was made with the change,
 * and whether the mails that follow from it were handed over: a change without its mails is done in part, and a retry
 * hands them over without making the change again.
 */
export function verifyItem<Input extends object, Outcome extends object, Output>(
  { database }: FacilityResources,
  effect: ItemEffect<Input, Outcome, Output>,
) {
  return async (input: Input, context: VerifyContext): Promise<Verification<Output>> => {
    if (isRun(input)) {
      const evidence =
        'A run hands its items to tasks of their own, and those tell what has happened. A retry finds the same items again.';
      return { effect: 'unknown', evidence };
    }
    const found = await effect.find(await database(), input);
    if (!found) return { effect: 'unknown', evidence: 'The database has no such item any more.' };
    const record = await recordOf(await database(), found.key);
    if (!record) return { effect: 'absent', evidence: `The database has no record of the effect ${found.key}.` };
    const outcome = record.outcome as unknown as Outcome;
    const where = `The database has the effect ${found.key}, recorded at ${record.recordedAt.toISOString()} by ${record.taskId}`;
    const { mails = [] } = outcome as { mails?: Mail[] };
    const missing = await missingMails(mails, found.dueAt, context);
    if (missing > 0) {
      const evidence = `${where}, but ${missing} of its mails were not handed over: retry hands them over, and changes nothing again.`;
      return { effect: 'unknown', evidence };
    }
    return { effect: 'done', output: effect.outputOf(input, outcome), evidence: `${where}.` };
  };
}

/** Whether an input names no item. */
function isRun(input: object): boolean {
  return Object.entries(input).every(([name, value]) => name === 'at' || value === undefined);
}

function recordOf(database: FacilityDatabase, key: string) {
  return database.selectFrom('effects').selectAll().where('key', '=', key).executeTakeFirst();
}

async function missingMails(mails: readonly Mail[], dueAt: Date, context: VerifyContext): Promise<number> {
  let missing = 0;
  for (const task of mailTasks(mails, dayOf(dueAt))) if (!(await context.submitted(task))) missing += 1;
  return missing;
}
