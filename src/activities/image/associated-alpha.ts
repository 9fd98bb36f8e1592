import type { Pixels } from './pixels';

const EXTRA_SAMPLES = 338;
const ASSOCIATED = 1;
/** More entries than any directory has. */
const MOST_ENTRIES = 4096;

/**
 * Whether a TIFF says that its colours are multiplied by its alpha already. The decoder takes every alpha for a separate
 * one.
 */
export function hasAssociatedAlpha(file: Buffer): boolean {
  try {
    return firstExtraSample(file) === ASSOCIATED;
  } catch {
    // What is cut short is for the decoder to tell.
    return false;
  }
}

function firstExtraSample(file: Buffer): number | undefined {
  const little = file[0] === 0x49;
  const uint16 = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const uint32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const uint64 = (at: number) => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  const big = uint16(2) === 43;
  const directory = big ? uint64(8) : uint32(4);
  const count = big ? uint64(directory) : uint16(directory);
  const [begin, size] = big ? [directory + 8, 20] : [directory + 2, 12];
  for (let index = 0; index < Math.min(count, MOST_ENTRIES); index++) {
    const entry = begin + index * size;
    if (uint16(entry) !== EXTRA_SAMPLES) continue;
    const values = big ? uint64(entry + 4) : uint32(entry + 4);
    const room = big ? 4 : 2;
    const value = entry + (big ? 12 : 8);
    return uint16(values <= room ? value : big ? uint64(value) : uint32(value));
  }
  return undefined;
}

/** Divides the colours by the alpha, in place, rounded; nothing is left of what is wholly transparent. */
export function separateAlpha({ data, channels }: Pixels): void {
  if (channels !== 4) return;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = alpha === 0 ? 0 : Math.min(255, Math.round(((data[channel] ?? 0) * 255) / alpha));
    }
  }
}
