import { type HandlerContext, isOpen, type PolicyOverride, type TaskView } from 'holdfast';
import type { LeftItem, RunOutput, RunReport } from './contracts/run';

/** One thing that a run hands to a task of its own: of the run's own type, and under a key that names it. */
export interface Item {
  key: string;
  input: object;
  /** What differs from the type's policy. Defaults to nothing. */
  policy?: PolicyOverride;
}

/**
 * For items that come up again under the same key: the next run, however soon, shall look anew instead of getting what
 * the last one came to. That nothing is done twice is seen to by the database.
 */
export const LOOKED_AT_ANEW: PolicyOverride = { window: 1, failureWindow: 1 };

/** What a run deals with at once; what is more is left to the next run. */
export const MOST_ITEMS = 1000;

/**
 * Hands each item to a task of its own and waits for their ends. What there is to do is looked up once, and written
 * down before anything of it is done, so that the run comes to the same items after any interruption.
 * @param find What is due, at most `MOST_ITEMS`.
 * @returns The items' tasks, as they are at the end.
 */
export async function handOut(context: HandlerContext, find: () => Promise<Item[]>): Promise<TaskView[]> {
  const { artifacts, effectKey, type } = context;
  const submitted = (await artifacts.getRecord(effectKey('submitted'))) as string[] | undefined;
  if (submitted) return context.awaitEnds(submitted);
  const items = await listOnce(context, find);
  context.log.info('due', { items: items.length });
  const tasks = await context.submit(items.map((item) => ({ type, ...item })));
  const ids = tasks.map(({ id }) => id);
  await artifacts.putRecord(effectKey('submitted'), ids);
  return context.awaitEnds(ids);
}

async function listOnce({ artifacts, effectKey }: HandlerContext, find: () => Promise<Item[]>): Promise<Item[]> {
  const name = effectKey('items');
  return ((await artifacts.getRecord(name)) ?? (await artifacts.putRecord(name, await find()))) as Item[];
}

/** What a run reports about its items. @param nothing The story when there were none. */
export function reportOf(tasks: readonly TaskView[], nothing: string): RunReport {
  const done = tasks.filter(({ state }) => state === 'completed').map(({ result }) => result as RunOutput);
  const reported = done.map(({ traceback }) => traceback).filter(Boolean);
  const left = tasks.filter(({ state }) => state !== 'completed').map(leftOf);
  const lines = [...done.map(({ story }) => story), ...left.map(({ task, state }) => `${task} is ${state}`)];
  return {
    story: lines.join('\n') || nothing,
    traceback: [...reported, ...left.flatMap(({ task, message }) => (message ? [`${task}: ${message}`] : []))].join(
      '\n',
    ),
    id: done.flatMap(({ id }) => id),
    left,
  };
}

function leftOf({ id, state, failure }: TaskView): LeftItem {
  const message = failure?.message ?? (isOpen(state) ? '' : `The task is ${state}.`);
  return { task: id, state, message };
}
