import { readFile } from 'node:fs/promises';
import { Worker } from '@temporalio/worker';
import { type OpenRun, openRuns } from '../../client/list/open-runs';
import { type HistoryEvent, readHistory } from '../../client/read/history';
import type { Gateway } from '../../client/temporal/gateway';
import { workerConverter } from '../../encryption/data-converter';
import type { KeyRing } from '../../encryption/key-ring';
import { HoldfastError, StartError } from '../../errors';
import { BUNDLE_PATH } from '../bundle';
import { ahead } from './ahead';
import { type Choice, choose } from './choice';
import { reasonOf } from './reason';

export interface ReplayCheckOptions extends Choice {
  gateway: Gateway;
  /** Every queue that a policy names. */
  queues: readonly string[];
  /** The workflow code to replay against. Defaults to this build's. */
  bundlePath?: string;
  /** Of the payloads. Defaults to none. */
  keys?: KeyRing | undefined;
  /** Only workflows of this type. Defaults to all. */
  type?: string;
  /** Called after each workflow. */
  onProgress?: (progress: { checked: number; skipped: number; broken: number }) => void;
  /** Ends the check early; the report is of what was checked by then. */
  signal?: AbortSignal;
}

/** A workflow that could not go on with the code. */
export interface BrokenRun extends OpenRun {
  /** The SDK's reason, in one line. */
  error: string;
}

export interface ReplayReport {
  /** The code that was replayed against. */
  bundle: string;
  /** Histories that were replayed, the broken ones included. */
  checked: number;
  /** Workflows that ended before they could be read. */
  skipped: number;
  broken: BrokenRun[];
}

/** Histories are read while others are replayed; each may have some megabytes. */
const READ_AHEAD = 6;
/** The types of events that end a run: completed, failed, timed out, cancelled, terminated, continued. */
const ENDS = new Set([2, 3, 4, 21, 27, 28]);

/**
 * Replays the histories of open workflows against workflow code, and returns those that would break. It
 * reads only: the workflows notice nothing, and need no worker. Memory does not grow with their number.
 * @throws StartError when the code cannot be read or is none; HoldfastError `unavailable`, `not-set-up`.
 */
export async function checkReplays(options: ReplayCheckOptions): Promise<ReplayReport> {
  const { gateway, queues, type } = options;
  return replayRuns(choose(openRuns(gateway, queues, type), options), options);
}

/** The same for given runs. */
export async function replayRuns(
  runs: AsyncIterable<OpenRun>,
  { gateway, keys, signal, onProgress, bundlePath: bundle = BUNDLE_PATH }: Omit<ReplayCheckOptions, 'queues'>,
): Promise<ReplayReport> {
  const report: ReplayReport = { bundle, checked: 0, skipped: 0, broken: [] };
  const progress = () =>
    onProgress?.({ checked: report.checked, skipped: report.skipped, broken: report.broken.length });
  let current: OpenRun | undefined;

  async function* histories() {
    for await (const { run, events } of ahead(runs, READ_AHEAD, (run) => take(gateway, run))) {
      if (signal?.aborted) return;
      if (events) {
        current = run;
        yield { workflowId: run.id, history: { events: begun(events) } };
      } else {
        report.skipped++;
        progress();
      }
    }
  }

  const workflowBundle = { code: await readCode(bundle) };
  try {
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle, dataConverter: workerConverter(keys) },
      histories(),
    )) {
      report.checked++;
      // They are replayed one after the other.
      if (error && current) report.broken.push({ ...current, error: reasonOf(error.message) });
      progress();
    }
  } catch (cause) {
    // Before the first history is read, nothing but the code itself can be at fault.
    if (current || cause instanceof HoldfastError) throw cause;
    throw new StartError(`${bundle} is no workflow code: ${(cause as Error).message}`, { cause });
  }
  return report;
}

async function readCode(bundle: string): Promise<string> {
  try {
    return await readFile(bundle, 'utf8');
  } catch (cause) {
    throw new StartError(
      `The workflow code ${bundle} cannot be read: ${(cause as Error).message}. A build writes it: npm run build.`,
      { cause },
    );
  }
}

/**
 * A run that no worker has begun has nothing to replay. It is taken as one whose first workflow task is just
 * over, so that the code begins it; what the code then wants to do is compared with nothing.
 */
function begun(events: readonly HistoryEvent[]): HistoryEvent[] {
  const asked = events.findLast(({ workflowTaskScheduledEventAttributes }) => workflowTaskScheduledEventAttributes);
  if (events.some(({ workflowTaskStartedEventAttributes }) => workflowTaskStartedEventAttributes)) return [...events];
  const [first] = events;
  const last = events.at(-1);
  // One whose start is delayed has not even been given to a queue.
  if (!first || !last) return [...events];
  const { eventTime = null } = last;
  const next = (offset: number) => ({ eventId: last.eventId?.add(offset) ?? null, eventTime });
  const scheduled = asked ? [] : [{ ...next(1), eventType: 5, workflowTaskScheduledEventAttributes: { attempt: 1 } }];
  const { eventId: scheduledEventId } = asked ?? next(1);
  const started = {
    ...next(1 + scheduled.length),
    eventType: 6,
    workflowTaskStartedEventAttributes: { scheduledEventId: scheduledEventId ?? null },
  };
  const completed = {
    ...next(2 + scheduled.length),
    eventType: 7,
    workflowTaskCompletedEventAttributes: {
      scheduledEventId: scheduledEventId ?? null,
      startedEventId: started.eventId,
    },
  };
  return [...events, ...scheduled, started, completed];
}

/** A run that has ended, or is gone, can no longer break. */
async function take(gateway: Gateway, run: OpenRun): Promise<{ run: OpenRun; events?: HistoryEvent[] }> {
  const events = await readHistory(gateway, run);
  const open = events?.length && !ENDS.has(events.at(-1)?.eventType ?? 0);
  return open ? { run, events } : { run };
}
