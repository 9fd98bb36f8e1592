import { many } from './many';

export const queues = {
  noQueues: 'No queues',
  noQueuesHint: 'A queue appears with the first worker or task.',
  queues: 'Queues',
  queue: 'Queue',
  waiting: 'Waiting',
  byPriority: 'By priority',
  oldest: 'Oldest',
  workers: 'Workers',
  slotsUsed: 'Slots used',
  none: 'none',
  usedOf: (used: number, of: number) => `${used} of ${of}`,
  apiDoesNotSay: 'This API does not say',

  queuesAndWorkers: 'Queues & workers',
  estimateNote: "how many wait is the server's own estimate",

  worker: 'Worker',
  workersMixed: 'Workers: more than one version runs',
  version: 'Version',
  serves: 'Serves',
  runningNow: 'Running now',
  runningFor: (span: string) => `for ${span}`,
  workersSaid: 'what runs is as the workers reported last',
  lastSignOfLife: 'Last sign of life',
  unknown: 'unknown',
  typesOf: (count: number) => many(count, 'type'),
  andMore: (count: number) => `and ${count} more`,
  slotsOf: (used: number, of: number) => `${used} of ${of} slots`,
  workerDetails: 'Host, served types and what each runs just now',
} as const;
