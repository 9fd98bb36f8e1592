import type { Verification, VerifyContext } from 'holdfast';
import type { RunOutput } from './contracts/run';
import type { FacilityDatabase } from './database/open';
import type { Mail } from './mail/send';
import type { FacilityResources } from './resources';

/** What an item of a task type changes in the database. */
export interface ItemEffect<Input, Outcome extends object, Output = RunOutput> {
  /** The name of the effect; nothing when there is no such item. */
  find(
    database: FacilityDatabase,
    input: Input,
    context: Pick<VerifyContext, 'effectKey'>,
  ): Promise<{ key: string } | undefined>;
  /** What its task returns. */
  outputOf(input: Input, outcome: Outcome): Output;
}

type Verify<Input, Output> = (input: Input, context: VerifyContext) => Promise<Verification<Output>>;

/**
 * The verifier of a type whose items change the database once. It looks for the record that was made with the change,
 * and whether the mails that follow from it were handed over: a change without its mails is done in part, and a retry
 * hands them over without making the change again.
 */
export function verifyItem<Input extends object, Outcome extends object, Output>(
  { database }: FacilityResources,
  effect: ItemEffect<Input, Outcome, Output>,
): Verify<Input, Output> {
  return unlessRun(async (input, context) => {
    const found = await effect.find(await database(), input, context);
    if (!found) return { effect: 'unknown', evidence: 'The database has no such item any more.' };
    const record = await recordOf(await database(), found.key);
    if (!record) return { effect: 'absent', evidence: `The database has no record of the effect ${found.key}.` };
    const { outcome, recordedAt, taskId, toldAt } = record;
    const where = `The database has the effect ${found.key}, recorded at ${recordedAt.toISOString()} by ${taskId}`;
    const { mails = [] } = outcome as { mails?: Mail[] };
    if (mails.length > 0 && !toldAt) {
      const evidence = `${where}, but nothing says that its mails were handed over: retry sees to that, and changes nothing again.`;
      return { effect: 'unknown', evidence };
    }
    return { effect: 'done', output: effect.outputOf(input, outcome as unknown as Outcome), evidence: `${where}.` };
  });
}

/** A verifier of a type's items, that says of a run where to look instead. */
export function unlessRun<Input extends object, Output>(verify: Verify<Input, Output>): Verify<Input, Output> {
  return async (input, context) => {
    const isRun = Object.entries(input).every(([name, value]) => name === 'at' || value === undefined);
    if (!isRun) return verify(input, context);
    const evidence =
      'A run hands its items to tasks of their own, and their states show what has happened. A retry finds the same items again.';
    return { effect: 'unknown', evidence };
  };
}

/** What an effect has come to; nothing when it was not made. */
export function recordOf(database: FacilityDatabase, key: string) {
  return database.selectFrom('effects').selectAll().where('key', '=', key).executeTakeFirst();
}
