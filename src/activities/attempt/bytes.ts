const MARK = '…';

/** The text, or as much of its begin as fits into so many bytes of UTF-8: characters stay whole. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const room = Math.max(0, most - Buffer.byteLength(MARK));
  const whole = new TextDecoder().decode(Buffer.from(text).subarray(0, room), { stream: true });
  return `${whole}${MARK}`;
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
