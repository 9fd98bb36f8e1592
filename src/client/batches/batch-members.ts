import { loadIfStored, storeIfLarge } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError, type Issue } from '../../errors';
import type { BatchMembership } from '../../protocol/membership';
import type { StoredValue } from '../../protocol/task';
import { boundedParse } from '../../tasks/bounded-parse';
import { takingTurns } from '../../turns';
import { issuesOf } from '../submit/issues';
import type { Prepared, Submission } from '../submit/prepare';
import { bulkItemSchema, toSubmission } from '../submit/submission-schema';

/** A submission as the artifact store keeps it: a large input is a reference. */
export type StoredSubmission = Omit<Submission, 'runAt' | 'batch'> & { runAt?: string };

/** Checks a submission without submitting it. @throws HoldfastError with one issue per fault. */
export type Check = (submission: Submission) => Promise<Prepared>;

/** What no other task would change. */
const NOT_THE_TASK = new Set<string>([
  'unavailable',
  'not-set-up',
  'storage-full',
  'storage-unavailable',
  'encryption-key-unknown',
]);
const MOST_ISSUES = 20;
/** All members together, large inputs as references. */
const LONGEST_LIST = 64 * 1024 * 1024;

/** The submission of a member: its batch is among its tags, so that lists find all of them. */
export function memberSubmission(stored: StoredSubmission, batch: BatchMembership): Submission {
  const { tags = [], ...rest } = fromStored(stored);
  return { ...rest, tags: [...tags, batch.id], batch };
}

export function fromStored({ runAt, ...rest }: StoredSubmission): Submission {
  return { ...rest, ...(runAt !== undefined && { runAt: new Date(runAt) }) };
}

/**
 * Checks tasks as callers write them, and keeps them in the store.
 * @param batch Workflow ID and generation of the batch. @param root Pointer to the list.
 * @throws HoldfastError `invalid-request` with up to 20 issues, of all that is wrong; nothing is kept then.
 */
export async function checkMembers(
  tasks: readonly unknown[],
  batch: Omit<BatchMembership, 'index'>,
  { check, root }: { check: Check; root: string },
): Promise<Submission[]> {
  const issues: Issue[] = [];
  const checked: Submission[] = [];
  const keys = new Map<string, number>();
  const giveWay = takingTurns();
  const now = Date.now();
  for (const [index, task] of tasks.entries()) {
    await giveWay();
    const pointer = `${root}/${index}`;
    const result = await checkOne(task, (one) => check(memberSubmission(storable(one), { ...batch, index })), now);
    if ('issues' in result)
      issues.push(...result.issues.map((issue) => ({ ...issue, pointer: pointer + issue.pointer })));
    else {
      const { submission, taskId } = result;
      const first = keys.get(taskId);
      if (submission.key !== undefined && first !== undefined) {
        issues.push({ pointer: `${pointer}/key`, message: `is the key of ${root}/${first} too` });
      }
      keys.set(taskId, first ?? index);
      checked.push(submission);
    }
    if (issues.length >= MOST_ISSUES) break;
  }
  refuse(issues);
  return checked;
}

/** Checks the task at the end. @throws HoldfastError `invalid-request`. */
export async function checkEndTask(task: unknown, check: Check): Promise<Submission> {
  const result = await checkOne(task, check, Date.now());
  if ('submission' in result) return result.submission;
  refuse(result.issues.map((issue) => ({ ...issue, pointer: `/atEnd${issue.pointer}` })));
  throw new Error('An issue was found and none is left.');
}

/** Keeps the members in the store. @returns The reference by which they are handed over. */
export async function storeMembers(store: ArtifactStore, members: readonly Submission[]): Promise<StoredValue> {
  const lines: string[] = [];
  const giveWay = takingTurns();
  for (const member of members) {
    lines.push(JSON.stringify(await toStored(store, member)));
    await giveWay();
  }
  const stored = await store.put(Buffer.from(`[\n${lines.join(',\n')}\n]`), LONGEST_LIST);
  return { $artifact: { ...stored, mediaType: 'application/json' } };
}

export async function toStored(store: ArtifactStore, submission: Submission): Promise<StoredSubmission> {
  return { ...storable(submission), input: await storeIfLarge(store, submission.input) };
}

export async function loadMembers(store: ArtifactStore, members: StoredValue): Promise<StoredSubmission[]> {
  return (await loadIfStored(store, members)) as StoredSubmission[];
}

type Checked = { submission: Submission; taskId: string } | { issues: Issue[] };

async function checkOne(task: unknown, check: Check, now: number): Promise<Checked> {
  const parsed = boundedParse(bulkItemSchema, task);
  if (!parsed.success) return { issues: issuesOf(parsed.error) };
  const submission = toSubmission(parsed.data, now);
  try {
    return { submission, taskId: (await check(submission)).taskId };
  } catch (error) {
    if (!(error instanceof HoldfastError) || NOT_THE_TASK.has(error.code)) throw error;
    return { issues: error.extra.issues ?? [{ pointer: '', message: error.message }] };
  }
}

function storable({ runAt, batch: _batch, ...rest }: Submission): StoredSubmission {
  return { ...rest, ...(runAt && { runAt: runAt.toISOString() }) };
}

function refuse(issues: Issue[]): void {
  const [first] = issues;
  if (!first) return;
  const most = issues.slice(0, MOST_ISSUES);
  throw new HoldfastError('invalid-request', `${first.pointer}: ${first.message}`, { issues: most });
}
