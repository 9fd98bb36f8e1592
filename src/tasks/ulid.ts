import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

const random = Buffer.alloc(1024);
let used = random.length;

/** A random ID that is ordered by time, in small letters. */
export function newUlid(): string {
  return ulid(undefined, fraction).toLowerCase();
}

/** The library's own source asks the system once a character, 0.05 ms an ID; this one asks once for many IDs. */
function fraction(): number {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return random.readUInt8(used++) / 256;
}
