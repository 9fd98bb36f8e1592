import { REDACTED } from '../../tasks/redact-text';
import { SecretFilter } from './secret-filter';

/** A text without the secrets and their encoded forms, which their receiver may have repeated. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const filter = new SecretFilter(secrets, REDACTED);
  return Buffer.concat([...filter.write(Buffer.from(text)), ...filter.end()]).toString('utf8');
}

/** A stream without the secrets and their encoded forms, wherever it is cut into pieces. */
export async function* streamWithoutSecrets(
  stream: AsyncIterable<Buffer>,
  secrets: readonly string[],
): AsyncGenerator<Buffer> {
  if (secrets.length === 0) return yield* stream;
  const filter = new SecretFilter(secrets, REDACTED);
  try {
    for await (const chunk of stream) yield* joined(filter.write(chunk));
  } catch (error) {
    yield* joined(filter.end());
    throw error;
  }
  yield* joined(filter.end());
}

function joined(pieces: Buffer[]): Buffer[] {
  return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
}
