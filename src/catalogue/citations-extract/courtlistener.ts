import { z } from 'zod';
import { hostDependency } from '../shared/host-dependency';
import { Pace } from './pace';
import type { KnownCase, VerificationSource } from './sources';

/** Seconds that one call may take. */
const TIME_LIMIT = 5;
const BATCH = 50;
const TRIES = 3;

const answerSchema = z.array(
  z.object({
    citation: z.string(),
    normalized_citations: z.array(z.string()).default([]),
    status: z.int(),
    clusters: z
      .array(
        z.object({
          case_name: z.string().default(''),
          date_filed: z.string().nullable().default(''),
          absolute_url: z.string().default(''),
        }),
      )
      .default([]),
  }),
);

export interface CourtListenerSettings {
  /** Address of the citation look-up, `…/api/rest/v4/citation-lookup/`. */
  url: string;
  token?: string | undefined;
  /** Most calls a minute of this process. */
  perMinute: number;
}

/** An answer other than 200, with what the failure tables look at. */
export class RefusedLookUp extends Error {
  override readonly name = 'RefusedLookUp';

  constructor(
    readonly status: number,
    readonly headers: Headers,
  ) {
    super(`The citation look-up answered ${status}.`);
  }
}

/** The citation look-up of CourtListener, or of a service in its shape. */
export function courtListener({ url, token, perMinute }: CourtListenerSettings): VerificationSource {
  const pace = new Pace(perMinute);
  return {
    name: 'courtlistener',
    dependency: hostDependency(new URL(url)),
    batch: BATCH,
    tries: TRIES,
    async lookUp(citations, signal) {
      await pace.turn(signal);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Token ${token}` }) },
        body: JSON.stringify({ text: citations.join('; ') }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT * 1000)]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new RefusedLookUp(response.status, response.headers);
      }
      return knownIn(answerSchema.parse(await response.json()), citations, url);
    },
  };
}

function knownIn(
  answer: z.output<typeof answerSchema>,
  asked: readonly string[],
  base: string,
): Map<string, KnownCase> {
  const known = new Map<string, KnownCase>();
  for (const { citation, normalized_citations, status, clusters } of answer) {
    const [cluster] = clusters;
    // 300: several cases share the page, so that it tells nothing for certain.
    if (status !== 200 || !cluster) continue;
    for (const name of [citation, ...normalized_citations].filter((one) => asked.includes(one))) {
      known.set(name, {
        name: cluster.case_name,
        date: cluster.date_filed ?? '',
        url: cluster.absolute_url && new URL(cluster.absolute_url, base).href,
      });
    }
  }
  return known;
}
