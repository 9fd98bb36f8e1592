import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { TaskFilter } from '../../client/list/list-query';
import type { BulkFilter } from '../../protocol/bulk';
import { creationTime, instant } from '../../tasks/plain-schemas';
import { parseStatuses } from '../statuses';

const TEXTS = {
  type: 'type',
  tenant: 'tenant',
  tag: 'tag',
  category: 'category',
  class: 'failureClass',
  code: 'failureCode',
  fingerprint: 'fingerprint',
} as const;
const TIMES = { 'created-after': 'createdAfter', 'created-before': 'createdBefore' } as const;

const NAMES = ['status', ...Object.keys(TEXTS), ...Object.keys(TIMES)].join(', ');

/** Adds one `--filter name=value` to those before it. Fits commander's `argParser`. */
export function addCondition(text: string, filter: BulkFilter = {}): BulkFilter {
  const [, name = '', value = ''] = /^([a-z-]+)=(.+)$/s.exec(text) ?? [];
  if (name === 'status') return { ...filter, state: parseStatuses(value) };
  if (name in TEXTS) return { ...filter, [TEXTS[name as keyof typeof TEXTS]]: value };
  if (name in TIMES) return { ...filter, [TIMES[name as keyof typeof TIMES]]: isoTime(value) };
  throw new InvalidArgumentError(`Write name=value; names are ${NAMES}.`);
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads a time as people write it: ISO 8601, or a date. What JavaScript makes of other texts is no time that anybody
 * meant: "tomorrow 3" is a day of 2001 to it, and 30 February one of March. Fits commander's `argParser`.
 */
export function isoTime(text: string): string {
  const [, day] = ISO.exec(text) ?? [];
  const time = new Date(text.replace(' ', 'T'));
  const exists = z.iso.date().safeParse(day).success && !Number.isNaN(time.getTime());
  if (!exists || !instant.safeParse(time.toISOString()).success) {
    throw new InvalidArgumentError('Not a time: expected ISO 8601.');
  }
  return time.toISOString();
}

/** The conditions of `--filter` as options of their own. */
export interface FilterOptions {
  filter?: BulkFilter;
  type?: string;
  tenant?: string;
  tag?: string;
  category?: string;
  class?: string;
  code?: string;
  fingerprint?: string;
  createdAfter?: string;
  createdBefore?: string;
}

/** Adds an option for every filter of the API, beside the general one. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--type <type>', 'only tasks of this type')
    .option('--tenant <name>', 'only tasks of this tenant')
    .option('--tag <tag>', 'only tasks with this tag')
    .option('--category <name>', 'only tasks of this category')
    .option('--class <class>', 'only tasks with a failure of this class')
    .option('--code <code>', 'only tasks with a failure of this code')
    .option('--fingerprint <hash>', 'only tasks with failures that have one cause')
    .option('--created-after <time>', 'only tasks created at this time or later, ISO 8601', isoTime)
    .option('--created-before <time>', 'only tasks created before this time, ISO 8601', isoTime)
    .option('--filter <name=value>', 'the same, in the form of other commands; repeatable', addCondition);
}

/** What {@link addFilterOptions} has taken, as one filter. */
export function filterOf({ filter = {}, ...options }: FilterOptions): BulkFilter {
  const { type, tenant, tag, category, class: failureClass, code: failureCode, fingerprint } = options;
  const { createdAfter, createdBefore } = options;
  const named = { type, tenant, tag, category, failureClass, failureCode, fingerprint, createdAfter, createdBefore };
  return { ...filter, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) };
}

/** The same for the tasks' client. */
export function taskFilter({ createdAfter, createdBefore, ...rest }: BulkFilter): TaskFilter {
  return {
    ...rest,
    ...(createdAfter !== undefined && { createdAfter: creationTime(new Date(createdAfter)) }),
    ...(createdBefore !== undefined && { createdBefore: creationTime(new Date(createdBefore)) }),
  };
}
