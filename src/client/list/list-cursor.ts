import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EntryStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';

/** Position in a list: the server's token for a page, and how many of its rows are done. */
export interface Position {
  token: string;
  offset: number;
}

const LIST = 'cursor-key';
const NAME = 'key';
const KEY_BYTES = 32;
/** Pages have no more rows. */
const MOST_ROWS = 1000;

/**
 * Cursors for callers: opaque, good for one query only, and signed, so that nobody can make one up. The key is made at
 * first use and kept in the store: every process that shares it reads the cursors of the others, also after a restart.
 */
export class Cursors {
  private readonly own = randomBytes(KEY_BYTES);
  private key: Promise<Buffer> | undefined;

  /** @param entries Where the key is kept. Defaults to nowhere: then cursors are good in this process only. */
  constructor(private readonly entries?: EntryStore) {}

  async encode(position: Position, query: string): Promise<string> {
    const signature = await this.sign(position, query);
    return Buffer.from(JSON.stringify([position.token, position.offset, signature])).toString('base64url');
  }

  /**
   * Reads a cursor back. The server would search for seconds on a token that is not its own, and answer
   * wrongly on one of another query.
   * @throws HoldfastError `invalid-request`.
   */
  async decode(cursor: string, query: string): Promise<Position> {
    const [token, offset, given] = parts(cursor);
    if (typeof token === 'string' && isOffset(offset) && typeof given === 'string') {
      const position = { token, offset };
      if (isEqual(given, await this.sign(position, query))) return position;
    }
    throw new HoldfastError(
      'invalid-request',
      'The cursor is not one that a list with these filters gave out; start again without it.',
    );
  }

  private async sign({ token, offset }: Position, query: string): Promise<string> {
    this.key ??= this.readKey();
    return createHmac('sha256', await this.key)
      .update(JSON.stringify([token, offset, query]))
      .digest('base64url');
  }

  /** Of several processes that make one at once, the first one's counts. A store that cannot be written stops no list. */
  private async readKey(): Promise<Buffer> {
    if (!this.entries) return this.own;
    try {
      const known = await this.entries.get(LIST, NAME);
      if (typeof known === 'string') return Buffer.from(known, 'base64');
      await this.entries.add(LIST, NAME, this.own.toString('base64'));
      return Buffer.from(String(await this.entries.get(LIST, NAME)), 'base64');
    } catch {
      // Until it can: what this process gave out meanwhile it reads itself.
      this.key = undefined;
      return this.own;
    }
  }
}

function parts(cursor: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function isOffset(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_ROWS;
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1'));
}
