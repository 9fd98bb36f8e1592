import secureJson from 'secure-json-parse';
import { faultSearch, namesIn } from '../../tasks/json-text';
import { takingTurns } from '../../turns';
import { jsonSize } from './json-size';
import { Problem } from './problems';

/**
 * The JSON value of a body; undefined when there is none.
 * @param giveWay Lets others have a turn between the steps; of a list of texts, the same for all.
 * @throws Problem `malformed-request` that says what is wrong and where; `too-large` for too many values or names.
 */
export async function parseJson(bytes: unknown, giveWay = takingTurns()): Promise<unknown> {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  const { names, isDelicate } = await jsonSize(bytes, giveWay);
  const text = decode(bytes);
  await giveWay();
  const value = parse(text);
  await giveWay();
  if (!isDelicate && namesIn(value) === names) return value;
  const search = faultSearch(text);
  for (let step = search.next(); ; step = search.next()) {
    await giveWay();
    if (!step.done) continue;
    if (!step.value) return value;
    const { pointer, message: detail } = step.value;
    throw new Problem('malformed-request', `${pointer || 'The body'}: ${detail}.`, { errors: [{ pointer, detail }] });
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed('The body is not valid UTF-8.', cause);
  }
}

function parse(text: string): unknown {
  try {
    return secureJson.parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (cause) {
    const { message } = cause as Error;
    throw malformed(
      message.includes('forbidden prototype')
        ? 'The names __proto__ and constructor.prototype are not accepted in JSON.'
        : `The body is not valid JSON: ${message}`,
      cause,
    );
  }
}

function malformed(detail: string, cause?: unknown): Problem {
  return new Problem('malformed-request', detail, {}, { cause });
}
