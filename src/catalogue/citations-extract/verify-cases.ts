import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HandlerContext } from '../../activities/attempt/handler';
import { loadIfStored, storeIfLarge } from '../../artifacts/large-values';
import type { CaseGroup } from './clusters';
import type { FoundCitation } from './job';
import { isPlausible } from './judge';
import type { Finding, VerificationSource } from './sources';
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
  const asked = new Map<string, FoundCitation[]>();
  const hopeless = new Map<FoundCitation, Finding>();
  for (const mention of groups.flatMap(({ mentions }) => mentions)) {
    const error = hopelessness(mention);
    const others = asked.get(mention.normalised);
    if (error) hopeless.set(mention, { verified: false, error });
    else if (others) others.push(mention);
    else asked.set(mention.normalised, [mention]);
  }
  const done = (count: number) => context.progress(BEGIN + ((END - BEGIN) * count) / asked.size, 'verifying');
  const { findings, notices } = await verify(
    [...asked].map(([citation, mentions]) => ({ citation, mentions })),
    sources.map((source) => remembering(source, context)),
    context,
    done,
  );
  return { findings: new Map([...findings, ...hopeless]), notices };
}

/** Why no source need be asked. */
function hopelessness({ isToCome, reporter, volume }: FoundCitation): string | undefined {
  if (isToCome) return 'It has no page yet, so that no source can know it.';
  return isPlausible(reporter, volume) ? undefined : `There is no volume ${volume} of ${reporter}.`;
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
