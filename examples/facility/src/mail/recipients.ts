import { isAddress, isPlaceholder } from 'holdfast/packs';

/** Who gets a mail, and who cannot. */
export interface Recipients {
  /** Each mailbox once, as it is written where it is named first. */
  addresses: string[];
  /** What stands where an address should be. */
  leftOut: string[];
}

/** Leaves placeholders, what is no address, and second mentions out: one bad address must not keep the others waiting. */
export function recipientsOf(given: readonly string[]): Recipients {
  const trimmed = given.map((text) => text.trim());
  const isFine = (text: string) => isAddress(text) && !isPlaceholder(text);
  const fine = trimmed.filter(isFine);
  const keys = fine.map((text) => text.toLowerCase());
  return {
    addresses: fine.filter((_, index) => keys.indexOf(keys[index] ?? '') === index),
    leftOut: [...new Set(trimmed.filter((text) => !isFine(text)))],
  };
}
