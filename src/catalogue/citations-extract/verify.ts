import { setTimeout as wait } from 'node:timers/promises';
import type { HandlerContext } from '../../activities/attempt/handler';
import { StepBack } from '../../activities/attempt/step-back';
import { RefusedLookUp } from './courtlistener';
import type { FoundCitation } from './job';
import { judge } from './judge';
import type { Finding, KnownCase, VerificationSource } from './sources';

/** Milliseconds between two tries of a call. */
const PAUSE_MS = 300;

type Context = Pick<HandlerContext, 'signal' | 'guard' | 'log'>;

/** A citation to look up, with all that the text says of it. */
export interface Asked {
  /** In its standard form: `347 U.S. 483`. */
  readonly citation: string;
  readonly mentions: readonly FoundCitation[];
}

/** What the look-ups came to, by mention; every mention of what was asked is in it. */
export interface Verification {
  readonly findings: ReadonlyMap<FoundCitation, Finding>;
  /** What went less well, for the caller. */
  readonly notices: readonly string[];
}

/**
 * Looks citations up, source by source: what one does not know, cannot be asked for or knows otherwise is the next
 * one's. Each mention is judged by its own name and year. Nothing that goes wrong at a source fails the task; it is a
 * notice.
 * @param done Hears how many are looked up. It may fall from source to source.
 * @throws The signal's reason.
 */
export async function verify(
  asked: readonly Asked[],
  sources: readonly VerificationSource[],
  context: Context,
  done: (count: number) => void,
): Promise<Verification> {
  const findings = new Map(asked.flatMap(({ mentions }) => mentions.map((one) => [one, NOT_KNOWN] as const)));
  const notices: string[] = [];
  for (const source of sources) {
    const left = asked.filter(({ mentions }) => mentions.some((one) => !findings.get(one)?.verified));
    for (let from = 0; from < left.length; from += source.batch) {
      const batch = left.slice(from, from + source.batch);
      const known = await lookUp(batch, source, context).catch((error: Error) => {
        context.signal.throwIfAborted();
        notices.push(`${source.name} could not be asked for ${left.length - from} citation(s): ${reasonOf(error)}`);
        context.log.warn('a source could not be asked', { source: source.name, reason: error.message });
      });
      // Whoever refuses, or is away, is not asked for the rest either.
      if (!known) break;
      for (const { citation, mentions } of batch) {
        const found = known.get(citation);
        for (const one of found ? mentions : []) {
          if (found && !findings.get(one)?.verified) findings.set(one, judge(one, found, source.name));
        }
      }
      done(asked.length - left.length + from + batch.length);
    }
  }
  return { findings, notices };
}

const NOT_KNOWN: Finding = { verified: false, error: 'No source knows it.' };

async function lookUp(
  batch: readonly Asked[],
  source: VerificationSource,
  { signal, guard }: Context,
): Promise<Map<string, KnownCase>> {
  const citations = batch.map(({ citation }) => citation);
  const call = () => source.lookUp(citations, signal);
  for (let tried = 1; ; tried++) {
    try {
      return source.dependency ? await guard(source.dependency, call) : await call();
    } catch (error) {
      signal.throwIfAborted();
      if (tried >= source.tries || isFinal(error)) throw error;
      await wait(PAUSE_MS * tried, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** An open breaker, and an answer that another try would only repeat. */
function isFinal(error: unknown): boolean {
  return error instanceof StepBack || (error instanceof RefusedLookUp && error.status < 500);
}

function reasonOf(error: Error): string {
  if (error instanceof RefusedLookUp && error.status === 429) return 'it answered 429, too many requests.';
  return error.message;
}
