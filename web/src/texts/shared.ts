import type { TaskState } from '../api/client';

export const STATE_NAMES: Record<TaskState, string> = {
  scheduled: 'Scheduled',
  queued: 'Queued',
  running: 'Running',
  retrying: 'Retrying',
  paused: 'Paused',
  'dead-lettered': 'Dead-lettered',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const STATES = Object.keys(STATE_NAMES) as TaskState[];

/** The times that figures are counted over. */
export const RANGE_NAMES = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' } as const;

/** What more than one page shows. */
export const shared = {
  product: 'Holdfast',
  searchHint: 'Search tasks, or paste an ID',
  away: 'The API does not answer. What you see is as it was; this page keeps trying.',
  reasonFirst: 'Give a reason first.',
  awayAction: 'Not possible while the API does not answer.',
  needsScope: (name: string, scope: string, type?: string) =>
    `${name} may not do this: it needs the scope ${scope}${type === undefined ? '' : ` for ${type}`}.`,
  ofInstallation: "This is about every tenant, and not for a tenant's own people.",
  copied: 'Copied',
  copy: 'Copy',
  copyFailed: 'The browser did not allow copying.',
  loading: 'Loading…',
  retry: 'Try again',
  partial: 'Only part of the tasks could be read; load more to go on.',
  usualReasons: ['The cause is gone', 'Maintenance', 'Checked outside', 'Not wanted any more'],
  newRows: (count: number) => `${count} new`,
  nothing: {
    tasks: { title: 'No tasks yet', hint: 'Submit a first one, or start from an example.' },
    filtered: { title: 'No task matches', hint: 'Remove a qualifier, or look at another state.' },
    deadLetters: { title: 'No dead letters', hint: 'Everything that failed has been retried or decided.' },
    schedules: {
      title: 'No schedules',
      hint: 'A schedule submits a task again and again: by cron, or every so often.',
    },
    breakers: {
      title: 'No circuit breaker has been used',
      hint: 'One appears with the first guarded call of a handler.',
    },
    batches: { title: 'No batches', hint: 'A batch submits many tasks and reports when all have ended.' },
    webhooks: { title: 'No subscriptions', hint: 'A subscription posts events to an address, signed and retried.' },
    workers: { title: 'No worker polls', hint: 'Start one: npm run worker' },
  },
} as const;
