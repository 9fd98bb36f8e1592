import { Context } from '@temporalio/activity';
import { LRUCache } from 'lru-cache';
import { loadIfStored } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { loadMembers, memberSubmission, type StoredSubmission } from '../../client/batch-members';
import { inParallel } from '../../client/parallel';
import { ReportLog } from '../../client/report-log';
import type { BulkResult } from '../../client/task-client';
import type { BatchActivities, Fate, MemberLine, MemberNews } from '../../tasks/batch-words';
import { redactText } from '../../tasks/redact';
import { isOpen } from '../../tasks/state';
import type { StoredValue } from '../../tasks/words';
import type { BulkResources } from '../bulk/resources';
import { bulkIdOf, withLifeSigns } from '../bulk/steps';
import { isAway } from './away';

type Slice = Parameters<BatchActivities['submitMembers']>[0];

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
 * second task of any. What was submitted is written down before the workflow learns of it.
 */
export async function submitMembers(
  { tasks, artifacts }: BulkResources,
  { generation, members, from, to }: Slice,
): Promise<MemberNews[]> {
  const context = Context.current();
  const id = bulkIdOf(context);
  return withLifeSigns(context, async () => {
    const slice = (await listOf(artifacts, members)).slice(from, to);
    const submissions = await inParallel([...slice.entries()], LOADS_AT_ONCE, async ([offset, stored]) => ({
      ...memberSubmission(stored, { id, index: from + offset, generation }),
      input: await loadIfStored(artifacts, stored.input),
    }));
    const results = await tasks.submitAll(submissions);
    const told = results.map((result, offset) => outcomeOf(result, from + offset, slice[offset]?.type ?? ''));
    await new ReportLog<MemberLine>(artifacts, id).append(
      told.map(({ line }) => line),
      context.info.attempt,
    );
    return told.flatMap(({ line: { index }, fate }) => (fate === 'open' ? [] : [{ index, fate }]));
  });
}

async function listOf(store: ArtifactStore, members: StoredValue): Promise<StoredSubmission[]> {
  const { hash, bytes } = members.$artifact;
  const list = lists.get(hash) ?? (await loadMembers(store, members));
  lists.set(hash, list, { size: bytes });
  return list;
}

/** @throws HoldfastError when the server is away: the whole slice is submitted again then. */
function outcomeOf(result: BulkResult, index: number, type: string): { line: MemberLine; fate: Fate } {
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
