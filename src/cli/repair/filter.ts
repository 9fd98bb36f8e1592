import { InvalidArgumentError } from 'commander';
import type { BulkFilter } from '../../tasks/bulk-words';
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

/** Reads a time as people write it: ISO 8601, or a date. Fits commander's `argParser`. */
export function isoTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Not a time: expected ISO 8601.');
  return time.toISOString();
}
