import { createHash } from 'node:crypto';

/** Groups failures that are the same problem: numbers, hex strings and quoted parts do not count. */
export function fingerprint(type: string, code: string, message: string): string {
  const normalised = message
    .toLowerCase()
    .replace(/"[^"]*"|'[^']*'/g, '?')
    .replace(/\b(0x)?[0-9a-f]{8,}\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
  return createHash('sha256').update(`${type}\n${code}\n${normalised}`).digest('hex').slice(0, 16);
}
