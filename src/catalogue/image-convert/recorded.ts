import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import type { HandlerContext } from '../../activities/attempt/handler';
import type { Verifier, VerifyContext } from '../../activities/attempt/verify';
import type { ArtifactStore } from '../../artifacts/store';
import { payloadHash } from '../../tasks/keys';
import { type ImageConvertInput, imageConvert } from './contract';

type Output = z.output<typeof imageConvert.output>;

interface Recorded {
  output?: Output;
  evidence: string;
}

/** Converts, unless an earlier attempt has; either way the record says what the result is. */
export async function convertOnce(
  input: ImageConvertInput,
  context: HandlerContext,
  convert: () => Promise<Output>,
): Promise<Output> {
  const { artifacts, log } = context;
  const name = recordName(input, context);
  const before = await lookUp(name, artifacts);
  if (before?.output) {
    log.info('an earlier attempt has stored the result', { hash: before.output.hash });
    return before.output;
  }
  if (before) {
    log.warn('the result of an earlier attempt is no more', { evidence: before.evidence });
    await artifacts.removeRecord(name);
  }
  // An attempt that was given up for lost may have been quicker: then its result is the task's.
  return imageConvert.output.parse(await artifacts.putRecord(name, await convert()));
}

/** The verifier of `image.convert`. A file without a record counts as absent: converting again writes the same bytes. */
export const verifyImageConvert: Verifier<typeof imageConvert> = async (input, context) => {
  const name = recordName(input, context);
  const { output, evidence } = (await lookUp(name, context.artifacts)) ?? { evidence: `There is no record ${name}.` };
  return output ? { effect: 'done', output, evidence } : { effect: 'absent', evidence };
};

/** A corrected input is another effect, with a record of its own: the result of the first one does not answer it. */
function recordName(input: ImageConvertInput, { effectKey }: Pick<VerifyContext, 'effectKey'>): string {
  return effectKey(`result-${payloadHash(imageConvert.type, input).slice(0, 16)}`);
}

/** What was written down under the name, if anything; the output only when its file is whole: it is hashed again. */
async function lookUp(name: string, artifacts: ArtifactStore): Promise<Recorded | undefined> {
  const record = await artifacts.getRecord(name);
  if (record === undefined) return undefined;
  const output = imageConvert.output.parse(record);
  const { hash } = output;
  if (!(await artifacts.has(hash))) {
    return { evidence: `The record ${name} names the file ${hash}, which the store does not have.` };
  }
  const found = await hashOf(hash, artifacts);
  if (found !== hash)
    return { evidence: `The record ${name} names the file ${hash}, whose bytes have the hash ${found}.` };
  return { output, evidence: `The record ${name} is there, and so is the file ${hash} with these bytes.` };
}

async function hashOf(hash: string, artifacts: ArtifactStore): Promise<string> {
  const { stream } = await artifacts.open(hash);
  const digest = createHash('sha256');
  await pipeline(stream, digest);
  return `sha256:${digest.digest('hex')}`;
}
