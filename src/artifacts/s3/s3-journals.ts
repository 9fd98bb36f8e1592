import type { StoreCipher } from '../../encryption/store-cipher';
import { journalEntries, journalLine } from '../journal-format';
import type { Bucket } from './bucket';
import { journalPrefix, journalsPrefix } from './keys';

/** Lines that one object takes before the next one begins: each line writes its object anew. */
export const SEGMENT_LINES = 200;
const SEGMENT_BYTES = 64 * 1024;
/** Each race is lost to a line that somebody else has written. */
const MOST_RACES = 100;

interface Segment {
  number: number;
  text: string;
  lines: number;
  /** Undefined: it does not exist yet. */
  etag: string | undefined;
}

/**
 * Journals as numbered objects of some lines each. A line is added by replacing the last object under the condition that
 * it is still the one that was read, so that no line of another writer is lost: one call a line, while nobody else writes.
 */
export class S3Journals {
  /** The last segment of each journal as this process wrote it; the condition notices when it is not the last any more. */
  private readonly last = new Map<string, Segment>();

  constructor(
    private readonly bucket: Bucket,
    private readonly cipher: StoreCipher,
  ) {}

  async append(name: string, entry: unknown): Promise<void> {
    const line = `${await journalLine(this.cipher, name, entry)}\n`;
    for (let race = 0; race < MOST_RACES; race++) {
      const segment = roomFor(line, this.last.get(name) ?? (await this.findLast(name)));
      const text = segment.text + line;
      const etag = await this.bucket.replace(segmentKey(journalPrefix(name), segment.number), text, segment.etag);
      if (etag === undefined) {
        this.last.delete(name);
        // The client repeats a call whose answer was lost: the line may stand, and others after it.
        const now = await this.bucket.get(segmentKey(journalPrefix(name), segment.number));
        if (now?.text.startsWith(text)) return;
        continue;
      }
      this.remember(name, { ...segment, text, lines: segment.lines + 1, etag });
      return;
    }
    throw new Error(`The journal ${name} is written by too many at once.`);
  }

  async read(name: string): Promise<unknown[]> {
    const entries: unknown[] = [];
    for await (const { key } of this.bucket.list(journalPrefix(name))) {
      entries.push(...(await journalEntries(this.cipher, name, (await this.bucket.get(key))?.text ?? '')));
    }
    return entries;
  }

  async removeOf(taskId: string): Promise<void> {
    await this.bucket.removeAll(journalsPrefix(taskId));
  }

  private async findLast(name: string): Promise<Segment> {
    let last: string | undefined;
    for await (const { key } of this.bucket.list(journalPrefix(name))) last = key;
    const found = last === undefined ? undefined : await this.bucket.get(last);
    if (last === undefined || !found) return { number: 0, text: '', lines: 0, etag: undefined };
    return {
      number: Number(last.slice(-8)),
      text: found.text,
      lines: found.text.split('\n').length - 1,
      etag: found.etag,
    };
  }

  /** A few journals are written at a time; what has not been written for longest is forgotten, and found again. */
  private remember(name: string, segment: Segment): void {
    this.last.delete(name);
    this.last.set(name, segment);
    const [oldest] = this.last.keys();
    if (this.last.size > 200 && oldest !== undefined) this.last.delete(oldest);
  }
}

function roomFor(line: string, segment: Segment): Segment {
  const full =
    segment.lines >= SEGMENT_LINES || (segment.lines > 0 && segment.text.length + line.length > SEGMENT_BYTES);
  return full ? { number: segment.number + 1, text: '', lines: 0, etag: undefined } : segment;
}

/** Numbered so that keys sort as numbers do. */
export function segmentKey(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(8, '0')}`;
}
