import type { ArtifactStore } from '../../artifacts/store';
import type { Contract } from '../../tasks/contract';
import { effectKey } from '../../tasks/keys';
import { redactText } from '../../tasks/redact';
import { classify } from '../classify';
import { checkedOutput, inputFor } from './contract-checks';
import type { Verification, Verifier } from './verify';

/** The task whose effect is in question. */
export interface VerifyRequest {
  taskId: string;
  generation: string;
  /** As the attempt got it: the value itself, or a reference to it. */
  input: unknown;
  /** What the last attempt saved with `checkpoint`. Defaults to nothing. */
  checkpoint?: unknown;
}

interface VerifyOptions {
  artifacts: ArtifactStore;
  /** Longest wait for an answer, in seconds. Defaults to 30. */
  timeout?: number;
  /** Ends the wait early. Defaults to none. */
  signal?: AbortSignal;
}

const DEFAULT_TIMEOUT = 30;
const LONGEST_EVIDENCE = 1000;

/**
 * Asks a verifier whether the effect of a task has happened. Never throws: a type without a verifier, an input that
 * its contract refuses now, an error and a late answer are all `unknown`, and so is an output that is none.
 */
export async function runVerifier(
  contract: Contract,
  verifier: Verifier | undefined,
  request: VerifyRequest,
  { artifacts, timeout = DEFAULT_TIMEOUT, signal }: VerifyOptions,
): Promise<Verification> {
  if (!verifier) return unknown(`${contract.type} has no way to look whether its effect has happened.`);
  const late = AbortSignal.timeout(timeout * 1000);
  const stop = signal ? AbortSignal.any([signal, late]) : late;
  try {
    const verification = await untilAborted(stop, ask(contract, verifier, request, artifacts, stop));
    return { ...checked(contract, verification), evidence: evidenceOf(verification.evidence) };
  } catch (thrown) {
    if (late.aborted) return unknown(`The check gave no answer within ${timeout} seconds.`);
    return unknown(`The check failed: ${classify(thrown).message}`);
  }
}

async function ask(
  contract: Contract,
  verifier: Verifier,
  { taskId, generation, input, checkpoint }: VerifyRequest,
  artifacts: ArtifactStore,
  signal: AbortSignal,
): Promise<Verification> {
  return verifier((await inputFor(contract, artifacts, input)) as never, {
    taskId,
    type: contract.type,
    generation,
    effectKey: (step) => effectKey(taskId, generation, step),
    artifacts,
    checkpoint,
    signal,
  });
}

/** An output that a task cannot end with is worse than none: the effect may be done, but not as the contract says. */
function checked(contract: Contract, verification: Verification): Verification {
  // A verifier may come without types.
  const verdicts = ['done', 'failed', 'absent', 'unknown'];
  if (!verdicts.includes(verification.effect)) {
    throw new TypeError(`${JSON.stringify(verification.effect)} is no verdict: ${verdicts.join(', ')} are.`);
  }
  if (verification.effect !== 'done' || verification.output === undefined) return verification;
  return { ...verification, output: checkedOutput(contract, verification.output) };
}

/** A verifier that does not heed its signal is left behind. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function unknown(evidence: string): Verification {
  return { effect: 'unknown', evidence: evidenceOf(evidence) };
}

/** Evidence goes into histories, which nobody can clean afterwards. */
function evidenceOf(text: string): string {
  const clean = redactText(text);
  return clean.length > LONGEST_EVIDENCE ? `${clean.slice(0, LONGEST_EVIDENCE)}…` : clean;
}
