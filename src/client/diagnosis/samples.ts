import { loadIfStored } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { inParallel } from '../../parallel';
import { redactText, redactValue } from '../../tasks/redact';
import type { ScannedRow } from '../list/scan';
import { type TaskView, viewOf } from '../read/view';
import { conclude } from './conclude';
import type { ExecutionCheck, StuckSample } from './findings';
import { type LastCall, readLastCall } from './last-call';
import { type Looked, look } from './look';
import { askOutside } from './outside';
import type { SampleSources } from './sources';
import { askFleet, askHistory } from './witnesses';

const SAMPLES_AT_ONCE = 5;
const LONGEST_ARGUMENTS = 1000;

/** Looks at the first tasks of a list that are still stuck. @param limit How many at most. */
export async function samplesOf(
  rows: readonly ScannedRow[],
  limit: number,
  sources: SampleSources,
): Promise<StuckSample[]> {
  const looks = await inParallel(rows, SAMPLES_AT_ONCE, (row) => look(sources.reader, sources.fleet, row));
  const stuck = looks.filter((one) => one !== undefined);
  return inParallel(stuck.slice(0, limit), SAMPLES_AT_ONCE, (one) => sampleOf(one, sources));
}

async function sampleOf(looked: Looked, sources: SampleSources): Promise<StuckSample> {
  const { facts, state, why } = looked;
  const { gateway, artifacts, options } = sources;
  const now = new Date();
  const call = await readLastCall(gateway, facts.taskId, facts.runId);
  const input = await loaded(artifacts, call.input);
  const { handler } = facts;
  const view = viewOf(facts, { service: { workers: sources.fleet.workers(facts.queue) } }, now);
  const attempts = Math.max(view.attempts ?? 0, facts.finishing ? 1 : 0);
  const lastRunAt = attempts === 0 ? undefined : lastRunOf(looked, view);
  const message = view.parking?.message ?? view.failures?.at(-1)?.message ?? handler?.lastFailure;
  return {
    id: facts.taskId,
    runId: facts.runId,
    ...(view.parking && { parking: view.parking.number }),
    type: facts.type,
    queue: facts.queue,
    state,
    arguments: 'problem' in input ? input.problem : asText(input.value),
    submittedAt: view.createdAt,
    lastRunAt: lastRunAt ?? null,
    hoursStuck: hoursBetween(lastRunAt ?? facts.startedAt, now),
    statusMessage: message === undefined ? null : redactText(message),
    attempts,
    why,
    ...(options.checkExecution && { execution: await execution(looked, call, input, attempts, sources) }),
  };
}

/** The server forgets when an attempt began that was lost; its heartbeat and its failure know. */
function lastRunOf({ facts: { handler } }: Looked, { failures = [] }: TaskView): string | undefined {
  const last = failures.at(-1);
  return handler?.startedAt ?? handler?.heartbeat?.startedAt ?? last?.startedAt ?? last?.at;
}

type Input = { value: unknown } | { problem: string };

/** A large input is in the artifact store, which may be on another host. */
async function loaded(artifacts: ArtifactStore, input: unknown): Promise<Input> {
  try {
    return { value: await loadIfStored(artifacts, input) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: `(stored elsewhere: ${message})` };
  }
}

function asText(value: unknown): string {
  const text = JSON.stringify(redactValue(value)) ?? 'null';
  return text.length > LONGEST_ARGUMENTS ? `${text.slice(0, LONGEST_ARGUMENTS)}…` : text;
}

async function execution(
  looked: Looked,
  call: LastCall,
  input: Input,
  attempts: number,
  { fleet, options }: SampleSources,
): Promise<ExecutionCheck> {
  const { taskId, type, memo, handler } = looked.facts;
  const history = askHistory(looked, call, attempts);
  const workers = askFleet(looked, fleet, new Date());
  const { checkpoint } = handler?.heartbeat ?? call.heartbeat ?? {};
  const outside =
    'problem' in input
      ? ({ effect: 'unknown', evidence: `Its input cannot be read: ${input.problem}` } as const)
      : await askOutside({ taskId, type, generation: memo.generation ?? '', input: input.value, checkpoint }, options);
  return {
    ...conclude(history, workers, outside),
    history: { ...history, text: redactText(history.text) },
    fleet: workers,
    ...(outside && { outside }),
  };
}

/** To two decimals. */
export function hoursBetween(since: string, now: Date): number {
  return Math.round(Math.max(0, now.getTime() - Date.parse(since)) / 36_000) / 100;
}
