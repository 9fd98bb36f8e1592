import type { TaskView } from '../../../client/read/view';
import { fitsAmongTags, type KeyedSubmission } from '../../../client/submit/prepare';
import type { BulkResult } from '../../../client/submit/submissions';
import { HoldfastError } from '../../../errors';
import { inParallel } from '../../../parallel';
import { payloadHash, taskIdForKey } from '../../../tasks/keys';
import { isAway } from '../../control/batch/away';
import { type Begun, HandedOver } from './handed-over';
import { lookAt } from './look';
import type { Parent } from './parent';

/** Few enough that a cancelled task soon submits no more, and that an entry of the journal holds them. */
const AT_ONE_GO = 200;
const LOOKS_AT_ONCE = 20;

interface Child {
  submission: KeyedSubmission;
  id: string;
  hash: string;
  /** For people: which of how many. */
  name: string;
}

/**
 * Submits tasks on behalf of another one. Those that an earlier attempt has submitted are found again, whatever has
 * become of them and however long ago it was.
 * @returns Each task as it is now, in the order of the submissions.
 * @throws HoldfastError that names the submission: what `TaskClient.submit` throws; `key-reused` when an earlier
 *   attempt gave its key to another payload; `task-not-found` when it was submitted and is gone. StepBack when
 *   Temporal is away before anything new was submitted.
 */
export async function submitChildren(parent: Parent, submissions: readonly KeyedSubmission[]): Promise<TaskView[]> {
  const named = submissions.map((submission, index) => ({
    submission,
    name: nameOf(submission, `${index + 1} of ${submissions.length}`),
  }));
  parent.signal.throwIfAborted();
  if (named.length === 0) return [];
  const handedOver = await HandedOver.read(parent.artifacts, parent.effectKey('subtasks'));
  const children = named.map(({ submission, name }) => childOf(parent, submission, name, handedOver));
  const views: TaskView[] = [];
  for (let from = 0; from < children.length; from += AT_ONE_GO) {
    parent.signal.throwIfAborted();
    views.push(...(await submitSome(parent, children.slice(from, from + AT_ONE_GO), handedOver)));
  }
  return views;
}

function nameOf({ type, key }: KeyedSubmission, place: string): string {
  const name = `Submission ${place} (${type}, key ${key})`;
  if (typeof key !== 'string') throw new TypeError(`${name} has no key: a repeated attempt could not find its task.`);
  return name;
}

function childOf(parent: Parent, submission: KeyedSubmission, name: string, handedOver: HandedOver): Child {
  const { type, key, input, tags = [] } = submission;
  const tag = `parent:${parent.taskId}`;
  const tenant = submission.tenant ?? tenantFor(parent, submission, handedOver);
  const own = { ...submission, ...(tenant !== undefined && { tenant }) };
  const tagged = fitsAmongTags(tags, tag) ? { ...own, tags: [...tags, tag] } : own;
  return { submission: tagged, id: taskIdForKey(type, tenant, key), hash: payloadHash(type, input), name };
}

/** The parent's tenant, unless an earlier release of this code has submitted the child as nobody's. */
function tenantFor({ tenant }: Parent, { type, key }: KeyedSubmission, handedOver: HandedOver): string | undefined {
  return handedOver.get(taskIdForKey(type, undefined, key)) ? undefined : tenant;
}

async function submitSome(parent: Parent, children: readonly Child[], handedOver: HandedOver): Promise<TaskView[]> {
  const views = await inParallel(children, LOOKS_AT_ONCE, async (child) => {
    const begun = handedOver.get(child.id);
    return begun && (await foundAgain(parent, child, begun));
  });
  const missing = children.filter((_child, index) => !views[index]);
  if (missing.length === 0) return views as TaskView[];
  await handedOver.begin(missing.map(({ id, hash }) => ({ id, hash })));
  const results = await parent.tasks.submitAll(missing.map(({ submission }) => submission));
  await handedOver.end(missing.filter((_child, index) => made(results[index])).map(({ id }) => id));
  refuse(missing, results);
  const fresh = results.values();
  return views.map((view) => view ?? (fresh.next().value as Exclude<BulkResult, { error: unknown }>).task);
}

async function foundAgain(parent: Parent, { id, hash, name }: Child, begun: Begun): Promise<TaskView | undefined> {
  if (hash !== begun.hash) {
    const message = `${name} was made by an earlier attempt, with another payload. Give work that has changed another key.`;
    throw new HoldfastError('key-reused', message, { taskId: id });
  }
  const view = await lookAt(parent, id).catch((error: unknown) => {
    if (error instanceof HoldfastError && error.code === 'task-not-found') return undefined;
    throw error;
  });
  // An attempt that was lost in between may have made it or not; an older task of the key is none of this one's.
  if (!begun.made && (!view || view.createdAt < begun.at)) return undefined;
  if (!view) {
    const message = `${name} was made by an earlier attempt, and its task ${id} is gone. Making it again could do its work twice.`;
    throw new HoldfastError('task-not-found', message, { taskId: id });
  }
  return view;
}

function made(result: BulkResult | undefined): boolean {
  return result !== undefined && !('error' in result);
}

/** @throws The first refusal that a repeat cannot mend, or else the first one. */
function refuse(children: readonly Child[], results: readonly BulkResult[]): void {
  const refused = results.flatMap((result, index) => ('error' in result ? [{ index, error: result.error }] : []));
  const first = refused.find(({ error }) => !isAway(error)) ?? refused[0];
  if (!first) return;
  const { code, message, extra } = first.error;
  const text = `${children[first.index]?.name} was refused: ${message}`;
  throw new HoldfastError(code, text, extra, { cause: first.error });
}
