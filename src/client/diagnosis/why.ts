import type { TaskState } from '../../protocol/task';
import { explain, type Service, type Why } from '../../tasks/explain';
import type { Forecast } from '../../tasks/forecast';
import type { TaskFacts } from '../../tasks/state';
import type { Breakers } from '../breakers/breakers';
import { inlineSince } from '../read/inline-attempt';
import type { TaskReader } from '../read/reader';
import { shown } from '../read/shown';
import { readTimeline } from '../read/timeline';
import type { TimelineEntry } from '../read/timeline-entry';
import { failureFirst, type TaskView } from '../read/view';
import type { Gateway } from '../temporal/gateway';
import { readQueue } from '../workers/queues';
import { type Evidence, evidenceOf } from './evidence';
import { readForecast } from './forecasts';
import type { Visibility } from './visibility';

/** Why a task is where it is, and for one that waits, when that is about to end. */
export interface WhyReport {
  id: string;
  type: string;
  state: TaskState;
  queue: string;
  why: Why;
  /** What shows the cause. Names that end in `At` are ISO times, those in `Seconds` durations. */
  evidence: Evidence;
  /** Of waiting tasks only. */
  forecast?: Forecast;
}

interface Readers {
  gateway: Gateway;
  reader: TaskReader;
  breakers: Breakers;
  visibility: Visibility;
}

/** Explains one task with everything that the server knows of it. @param view What the task's own page shows. */
export async function readWhy(
  readers: Readers,
  facts: TaskFacts,
  view: TaskView,
  service: Omit<Service, 'workers'>,
): Promise<WhyReport> {
  const { gateway, reader, breakers, visibility } = readers;
  const { id, type, state } = view;
  const now = new Date();
  const queue = await readQueue(gateway, facts.queue);
  const reason = explain(facts, state, { ...service, workers: queue.workers.length }, now);
  const why = failureFirst(shown(reason), view);
  const pause = why.cause === 'paused' ? await lastPause(gateway, reader, id) : undefined;
  const since = why.since ?? pause?.at ?? (why.cause === 'running' ? await inlineSince(gateway, facts) : undefined);
  const [evidence, forecast] = await Promise.all([
    evidenceOf(why.cause, { gateway, breakers, facts, view, queue, pause, now }),
    readForecast(gateway, visibility, { facts, why, queue, now }),
  ]);
  return {
    id,
    type,
    state,
    queue: facts.queue,
    why: { ...why, ...(since !== undefined && { since }) },
    evidence: shown(evidence),
    ...(forecast && { forecast }),
  };
}

async function lastPause(gateway: Gateway, reader: TaskReader, id: string): Promise<TimelineEntry | undefined> {
  const timeline = await readTimeline(gateway, reader, id);
  return timeline.findLast(({ event }) => event === 'operator-pause');
}
