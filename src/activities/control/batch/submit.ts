import { Context } from '@temporalio/activity';
import { LRUCache } from 'lru-cache';
import { loadIfStored } from '../../../artifacts/large-values';
import type { ArtifactStore } from '../../../artifacts/store';
import { loadMembers, memberSubmission, type StoredSubmission } from '../../../client/batches/batch-members';
import { ReportLog } from '../../../client/bulk/report-log';
import type { BulkResult } from '../../../client/submit/submissions';
import type { TaskClient } from '../../../client/task-client';
import { inParallel } from '../../../parallel';
import type { BatchActivities, Fate, MemberLine, MemberNews } from '../../../protocol/batch';
import type { StoredValue } from '../../../protocol/task';
import { redactText } from '../../../tasks/redact';
import { isOpen } from '../../../tasks/state';
import type { BulkResources } from '../bulk/resources';
import { bulkIdOf, withLifeSigns } from '../bulk/steps';
import { isElsewhere, passedOn } from '../elsewhere';
import { isAway } from './away';

type Slice = Parameters<BatchActivities['submitMembers']>[0];

interface Outcome {
  line: MemberLine;
  fate: Fate;
}

const LOADS_AT_ONCE = 20;
/** Bytes of members' lists kept for a while, so that not every slice reads its list again. Longer ones are read each time. */
const LISTS_KEPT = 16 * 1024 * 1024;
const lists = new LRUCache<string, StoredSubmission[]>({
  maxSize: LISTS_KEPT,
  maxEntrySize: LISTS_KEPT,
  ttl: 600_000,
  ttlAutopurge: true,
});

/**
 * Submits a slice of the members, each under its own key, so that an attempt that follows a lost one makes no
 * second task of any. What was submitted is written down before the workflow learns of it. Members of types that this
 * worker does not know are left to another one that does.
 */
export async function submitMembers(
  { tasks, artifacts }: BulkResources,
  { generation, members, from, to }: Slice,
): Promise<MemberNews[]> {
  const context = Context.current();
  const { attempt, heartbeatDetails } = context.info;
  const id = bulkIdOf(context);
  const reported = new Map<number, Outcome>(heartbeatDetails as [number, Outcome][] | undefined);
  const work = async () => {
    const slice = [...(await listOf(artifacts, members)).slice(from, to).entries()];
    const left = slice
      .map(([offset, stored]) => ({ index: from + offset, stored }))
      .filter(({ index }) => !reported.has(index));
    const submissions = await inParallel(left, LOADS_AT_ONCE, async ({ index, stored }) => ({
      ...memberSubmission(stored, { id, index, generation }),
      input: await loadIfStored(artifacts, stored.input),
    }));
    const results = await tasks.submitAll(submissions);
    const elsewhere = await typesElsewhere(tasks, left, results, attempt);
    for (const [place, result] of results.entries()) {
      const { index, stored } = left[place] as (typeof left)[number];
      if (!elsewhere.has(stored.type)) reported.set(index, outcomeOf(result, index, stored.type));
    }
    const [type] = elsewhere;
    if (type !== undefined) {
      context.heartbeat([...reported]);
      throw passedOn(type, attempt);
    }
    const outcomes = [...reported.values()].sort((a, b) => a.line.index - b.line.index);
    await new ReportLog<MemberLine>(artifacts, id).append(
      outcomes.map(({ line }) => line),
      attempt,
    );
    return outcomes.flatMap(({ line: { index }, fate }) => (fate === 'open' ? [] : [{ index, fate }]));
  };
  return withLifeSigns(context, work, () => [...reported]);
}

/** The types that this worker does not know and another one does. */
async function typesElsewhere(
  tasks: TaskClient,
  members: readonly { stored: StoredSubmission }[],
  results: readonly BulkResult[],
  attempt: number,
): Promise<Set<string>> {
  const unknown = new Set<string>();
  for (const [place, result] of results.entries()) {
    const { type } = (members[place] as { stored: StoredSubmission }).stored;
    if ('error' in result && result.error.code === 'unknown-task-type') unknown.add(type);
  }
  for (const type of unknown) if (!(await isElsewhere(tasks, type, attempt))) unknown.delete(type);
  return unknown;
}

async function listOf(store: ArtifactStore, members: StoredValue): Promise<StoredSubmission[]> {
  const { hash, bytes } = members.$artifact;
  const list = lists.get(hash) ?? (await loadMembers(store, members));
  lists.set(hash, list, { size: bytes });
  return list;
}

/** @throws HoldfastError when the server is away: the whole slice is submitted again then. */
function outcomeOf(result: BulkResult, index: number, type: string): Outcome {
  if ('error' in result) {
    if (isAway(result.error)) throw result.error;
    return { line: { index, type, refused: redactText(result.error.message) }, fate: 'refused' };
  }
  const { task, duplicate } = result;
  const { id, state } = task;
  const line: MemberLine = { index, type, id, ...(duplicate && { foreign: true as const }) };
  if (state === 'dead-lettered') return { line, fate: 'parked' };
  return { line, fate: isOpen(state) ? 'open' : (state as Fate) };
}
