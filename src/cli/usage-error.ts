/** Thrown by a command for what the person typed; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
