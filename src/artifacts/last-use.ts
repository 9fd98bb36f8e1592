/** How much later than it says a file may have been used last; noting that each time would cost a write a read. */
export const USE_PRECISION_MS = 3600_000;

/** Whether the last use that is noted for a file is so long ago that it has to be noted anew. */
export function isMarkDue(mtimeMs: number): boolean {
  return Date.now() - mtimeMs >= USE_PRECISION_MS;
}
