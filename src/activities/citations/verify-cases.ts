import { createHash } from 'node:crypto';
import { z } from 'zod';
import { loadIfStored, storeIfLarge } from '../../artifacts/large-values';
import type { HandlerContext } from '../handler';
import type { CaseGroup } from './clusters';
import { isPlausible } from './judge';
import type { Asked, Finding, VerificationSource } from './sources';
import { type Verification, verify } from './verify';

/** How far the task is when the look-ups begin, and when they end, in per cent. */
const BEGIN = 65;
const END = 90;

const recordSchema = z.array(z.tuple([z.string(), z.object({ name: z.string(), date: z.string(), url: z.string() })]));

/** Looks up every citation once. What a source has answered is written down: no later attempt asks for it again. */
export async function verifyCases(
  groups: readonly CaseGroup[],
  sources: readonly VerificationSource[],
  context: HandlerContext,
): Promise<Verification> {
  const asked = new Map<string, Asked>();
  const implausible = new Map<string, Finding>();
  for (const { mentions, name, year } of groups) {
    for (const { normalised, reporter, volume } of mentions) {
      const error = `There is no volume ${volume} of ${reporter}.`;
      if (!isPlausible(reporter, volume)) implausible.set(normalised, { verified: false, error });
      else asked.set(normalised, { citation: normalised, name, year });
    }
  }
  const done = (count: number) => context.progress(BEGIN + ((END - BEGIN) * count) / asked.size, 'verifying');
  const { findings, notices } = await verify(
    [...asked.values()],
    sources.map((source) => remembering(source, context)),
    context,
    done,
  );
  return { findings: new Map([...findings, ...implausible]), notices };
}

/** A source whose answers outlive the attempt. */
function remembering(source: VerificationSource, { artifacts, effectKey }: HandlerContext): VerificationSource {
  return {
    ...source,
    async lookUp(citations, signal) {
      const step = createHash('sha256').update(citations.join('\n')).digest('hex').slice(0, 16);
      const name = effectKey(`${source.name}-${step}`);
      const stands =
        (await artifacts.getRecord(name)) ??
        (await artifacts.putRecord(name, await storeIfLarge(artifacts, [...(await source.lookUp(citations, signal))])));
      return new Map(recordSchema.parse(await loadIfStored(artifacts, stands)));
    },
  };
}
