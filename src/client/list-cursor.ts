import { createHash } from 'node:crypto';
import { HoldfastError } from '../errors';

/** Position in a list: the server's token for a page, and how many of its rows are done. */
export interface Position {
  token: string;
  offset: number;
}

/** A cursor for callers: opaque, and good for one query only. */
export function encodeCursor({ token, offset }: Position, query: string): string {
  return Buffer.from(JSON.stringify([token, offset, checksum(token, offset, query)])).toString('base64url');
}

/**
 * Reads a cursor back. The server would search for seconds on a token that is not its own, and answer
 * wrongly on one of another query.
 * @throws HoldfastError `invalid-request`.
 */
export function decodeCursor(cursor: string, query: string): Position {
  try {
    const [token, offset, check] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof token === 'string' && typeof offset === 'number' && check === checksum(token, offset, query)) {
      return { token, offset };
    }
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new HoldfastError(
    'invalid-request',
    'The cursor is not one that a list with these filters gave out; start again without it.',
  );
}

function checksum(token: string, offset: number, query: string): string {
  return createHash('sha256')
    .update(JSON.stringify([token, offset, query]))
    .digest('base64url')
    .slice(0, 16);
}
