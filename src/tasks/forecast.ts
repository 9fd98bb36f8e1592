import { durationWords } from './duration';

/** When a waiting task is about to start and to end, or why it is unknown. */
export type Forecast =
  | {
      known: true;
      /** The server counts its backlog approximately, and the past is no promise. */
      exact: false;
      /** Tasks that start before it, about. */
      tasksAhead: number;
      /** ISO. */
      startsAt: string;
      /** ISO; absent when no task of its type has ended lately. */
      endsAt?: string;
      /** Seconds from now to its end; absent together with `endsAt`. */
      etaSeconds?: number;
      /** In words: what this rests on. */
      restsOn: string[];
    }
  | { known: false; because: string };

/** What a forecast rests on. */
export interface ForecastFacts {
  type: string;
  queue: string;
  tasksAhead: number;
  /** True when it waits for a free place itself, false when it comes later or is taken right now. */
  inLine: boolean;
  /** Before this time it does not start; ISO. */
  dueAt?: string;
  /** What must happen first, in words. */
  provided?: string;
  /** Tasks of the queue that completed or failed, and in how many seconds. Absent when nobody asked. */
  ended?: { count: number; seconds: number };
  /** How long the attempts of its type ran for half of a sample, in seconds; absent when none ended. */
  run?: { p50: number; sample: number };
}

/** The arithmetic of a forecast. Pure. */
export function forecast(facts: ForecastFacts, now: Date): Forecast {
  const { type, queue, tasksAhead, inLine, dueAt, provided, ended, run } = facts;
  // A task in line also waits for the one whose place it gets.
  const places = inLine ? tasksAhead + 1 : tasksAhead;
  if (places > 0 && !ended?.count) {
    const since = ended ? ` in the last ${durationWords(ended.seconds)}` : '';
    return {
      known: false,
      because: `no task of queue ${queue} has ended${since}, so that nobody knows how fast it goes`,
    };
  }
  const wait = ended && places > 0 ? (places * ended.seconds) / ended.count : 0;
  const start = Math.max(now.getTime() + wait * 1000, dueAt ? Date.parse(dueAt) : 0);
  const end = run && start + run.p50 * 1000;
  const restsOn = [
    `about ${tasksAhead} task(s) ahead of it in queue ${queue}, by the server's own statistics`,
    ...(ended && places > 0
      ? [`${ended.count} task(s) of that queue ended in the last ${durationWords(ended.seconds)}`]
      : []),
    ...(dueAt ? ['it does not start before its time'] : []),
    ...(provided ? [provided] : []),
    run
      ? `half of the last ${run.sample} task(s) of type ${type} ran for at most ${durationWords(run.p50)}`
      : `no task of type ${type} has ended lately: how long it will run is not known`,
  ];
  return {
    known: true,
    exact: false,
    tasksAhead,
    startsAt: new Date(start).toISOString(),
    ...(end !== undefined && {
      endsAt: new Date(end).toISOString(),
      etaSeconds: Math.max(0, Math.round((end - now.getTime()) / 1000)),
    }),
    restsOn,
  };
}
