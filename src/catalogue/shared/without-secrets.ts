import { REDACTED } from '../../tasks/redact-text';

/** A text without the secrets, which their receiver may have repeated. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return longestFirst(secrets).reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
}

/** A stream without the secrets, wherever it is cut into pieces. What may be the beginning of one waits for the next piece. */
export async function* streamWithoutSecrets(
  stream: AsyncIterable<Buffer>,
  secrets: readonly string[],
): AsyncGenerator<Buffer> {
  if (secrets.length === 0) return yield* stream;
  // One character for each byte: a secret is found also where the rest is no text.
  const hidden = secrets.map((secret) => Buffer.from(secret).toString('latin1'));
  let kept = '';
  try {
    for await (const chunk of stream) {
      const text = withoutSecrets(kept + chunk.toString('latin1'), hidden);
      const end = text.length - beginningOf(text, hidden);
      kept = text.slice(end);
      if (end > 0) yield Buffer.from(text.slice(0, end), 'latin1');
    }
  } catch (error) {
    if (kept) yield Buffer.from(kept, 'latin1');
    throw error;
  }
  if (kept) yield Buffer.from(kept, 'latin1');
}

/** How many characters at the end of the text may be the beginning of a secret. */
function beginningOf(text: string, secrets: readonly string[]): number {
  const longest = Math.max(...secrets.map(({ length }) => length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (secrets.some((secret) => secret.startsWith(end))) return length;
  }
  return 0;
}

/** One may be a part of another. */
function longestFirst(secrets: readonly string[]): string[] {
  return [...secrets].sort((one, other) => other.length - one.length);
}
