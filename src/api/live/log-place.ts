import type { LogPlace } from '../../client/read/log-lines';
import { Problem } from '../http/problems';

/** @throws Problem `malformed-request` for what is not the ID of a log line. */
export function placeOf(id: string): LogPlace {
  const match = /^(\d{14}-[\w.-]{1,100}):(\d{1,9})$/.exec(id);
  if (!match) {
    const detail = 'not the ID of a log line; connect without it to begin with the last lines.';
    throw new Problem('malformed-request', `Last-Event-ID is ${detail}`, {
      errors: [{ header: 'Last-Event-ID', detail }],
    });
  }
  return { chunk: match[1] ?? '', index: Number(match[2]) };
}
