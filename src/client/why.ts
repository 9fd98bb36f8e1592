import { explain, type Service, type Why } from '../tasks/explain';
import type { Forecast } from '../tasks/forecast';
import type { TaskFacts } from '../tasks/state';
import type { TaskState } from '../tasks/words';
import type { Breakers } from './breakers';
import type { Visibility } from './diagnosis/visibility';
import { type Evidence, evidenceOf } from './evidence';
import { readForecast } from './forecasts';
import type { Gateway } from './gateway';
import { inlineSince } from './inline-attempt';
import { readQueue } from './queues';
import type { TaskReader } from './reader';
import { shown } from './shown';
import { readTimeline } from './timeline';
import type { TimelineEntry } from './timeline-entry';
import { failureFirst, type TaskView } from './view';

/** Why a task is where it is, and for one that waits, when that is about to end. */
export interface WhyReport {
  id: string;
  type: string;
  state: TaskState;
  queue: string;
  why: Why;
  /** What the cause was told by. Names that end in `At` are ISO times, those in `Seconds` durations. */
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
