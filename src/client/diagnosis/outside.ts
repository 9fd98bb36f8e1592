import { redactText } from '../../tasks/redact';
import type { OutsideWitness } from './findings';
import type { DiagnosisOptions, TaskToVerify } from './options';

/** Asks a task type's verifier, and not for longer than it may take; a verifier that throws knows nothing. */
export async function askOutside(
  task: Omit<TaskToVerify, 'signal'>,
  { verify, verifyWithin = 10 }: DiagnosisOptions,
): Promise<OutsideWitness | undefined> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<OutsideWitness>((resolve) => {
    timer = setTimeout(() => {
      resolve({ effect: 'unknown', evidence: `The verifier gave no answer within ${verifyWithin} seconds` });
      stop.abort();
    }, verifyWithin * 1000);
  });
  try {
    const asked = verify?.({ ...task, signal: stop.signal });
    const answer = asked && (await Promise.race([asked, late]));
    return answer && { ...answer, evidence: redactText(answer.evidence) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { effect: 'unknown', evidence: redactText(`The verifier failed: ${message}`) };
  } finally {
    clearTimeout(timer);
  }
}
