import type { Columns } from '../list/csv';
import type { DeadLetter } from './dead-letter';

const LONGEST_MESSAGE = 100;

/** The columns of the seed's export, and then what it lacked. */
export const DEAD_LETTER_COLUMNS: Columns<DeadLetter> = {
  'Task Name': ({ type }) => type,
  Status: ({ state }) => state,
  'Failure Type': (letter) => letter.class,
  'Retry Count': ({ redrives, maxRedrives }) => (redrives === undefined ? undefined : `${redrives}/${maxRedrives}`),
  'First Failed': ({ firstFailedAt }) => firstFailedAt,
  'Exception Type': ({ error }) => error,
  'Exception Message': ({ message }) => beginningOf(message),
  'Task ID': ({ id }) => id,
  'Failure Code': ({ code }) => code,
  Fingerprint: ({ fingerprint }) => fingerprint,
  'Next Redrive': ({ nextRedriveAt }) => nextRedriveAt,
};

/** Whole characters, on one line. */
function beginningOf(text: string): string {
  return [...text.replaceAll(/\s+/g, ' ').trim()].slice(0, LONGEST_MESSAGE).join('');
}
