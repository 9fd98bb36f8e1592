import { buffer } from 'node:stream/consumers';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { TaskFailure } from '../../tasks/failures';

/** Most entries that an archive may list. */
const MOST_ENTRIES = 10_000;

/** An archive in memory whose entries are unpacked one by one, up to a number of bytes in all. */
export class Archive {
  private left: number;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly most: number,
  ) {
    this.left = most;
  }

  /** @param most Bytes that may be unpacked. @throws Error when it is no archive. */
  static async open(bytes: Buffer, most: number): Promise<Archive> {
    const zip = await new Promise<ZipFile>((resolve, reject) => {
      fromBuffer(bytes, { lazyEntries: true, autoClose: false }, (error, opened) =>
        error ? reject(error) : resolve(opened),
      );
    });
    if (zip.entryCount > MOST_ENTRIES) {
      throw tooMuch(`lists ${zip.entryCount} parts, more than the ${MOST_ENTRIES} allowed`);
    }
    const entries = new Map<string, Entry>();
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', reject);
      zip.readEntry();
    });
    return new Archive(zip, entries, most);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** @throws TaskFailure PERMANENT_VALIDATION when it unpacks to more than is left; Error when it is damaged. */
  async read(name: string): Promise<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`it has no part ${name}`);
    // What it says of its size is held to while it is unpacked.
    if (entry.uncompressedSize > this.left) {
      throw tooMuch(`unpacks to more than the ${this.most} bytes allowed`);
    }
    this.left -= entry.uncompressedSize;
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      this.zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    return buffer(stream);
  }
}

function tooMuch(what: string): TaskFailure {
  return new TaskFailure('PERMANENT_VALIDATION', `The file ${what}. Split it.`);
}
