import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnosis, StuckSample } from '../../client/diagnosis/findings';
import { isRepairable } from '../../client/diagnosis/recommendations';
import { HoldfastError } from '../../errors';
import { confirmed } from '../confirm';
import { operatorName } from '../operator';
import type { Session } from '../session';
import type { Printer } from './printer';

/** What became of one repair. `recorded`: the task has its result; `kept`: it will, once a worker serves it. */
export interface Repair {
  id: string;
  outcome: 'recorded' | 'kept' | 'moved-on' | 'refused' | 'declined';
  message: string;
}

/** How long to wait for a worker to record a result. */
const RECORDED_WITHIN_S = 10;
const LOOK_EVERY_MS = 200;

/**
 * Records the results of samples that were executed, after asking. Each repair holds for the run and the parking
 * that were shown: a task that has moved on since is left alone.
 * @param yes Whether to go ahead without asking.
 */
export async function repair(
  session: Session,
  printer: Printer,
  diagnosis: Diagnosis,
  yes: boolean,
): Promise<Repair[]> {
  const samples = diagnosis.types.flatMap((type) => type.samples).filter(isRepairable);
  const say = (text = '') => (session.out.asJson ? session.out.note(text) : printer.line(text));
  say();
  say('Repair:');
  say('='.repeat(80));
  say();
  if (samples.length === 0) {
    say('None of the samples is known to be executed with a result that could be recorded.');
    return [];
  }
  for (const { id, execution } of samples) say(`${id}: ${execution?.because}`);
  const question = `Record the results of these ${samples.length} tasks?`;
  if (!(await confirmed(session, question, yes))) {
    say('Nothing was repaired.');
    return samples.map(({ id }) => ({ id, outcome: 'declined', message: 'not confirmed' }));
  }
  const repairs: Repair[] = [];
  for (const sample of samples) {
    const done = await record(session, sample);
    say(`${done.outcome}: ${done.id}: ${done.message}`);
    repairs.push(done);
  }
  return repairs;
}

async function record({ tasks }: Session, sample: StuckSample): Promise<Repair> {
  const { id, runId, parking, queue, execution } = sample;
  const { outside } = execution ?? {};
  const result = outside?.effect === 'done' ? outside.output : undefined;
  const seen = { id, runId, ...(parking !== undefined && { parking }) };
  try {
    const reason = `Executed: ${outside?.evidence}`;
    const told = await tasks.actOn(seen, 'resolve', { result, by: operatorName(), reason });
    if (!told) return { id, outcome: 'moved-on', message: 'it has moved on since it was looked at; nothing was done' };
    return (await isRecorded(tasks, id))
      ? { id, outcome: 'recorded', message: 'completed with the result that was found outside' }
      : { id, outcome: 'kept', message: `its result is recorded once a worker serves queue ${queue}` };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { id, outcome: 'refused', message: error.message };
  }
}

async function isRecorded(tasks: Session['tasks'], id: string): Promise<boolean> {
  for (const until = Date.now() + RECORDED_WITHIN_S * 1000; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    if ((await tasks.read(id)).state === 'completed') return true;
  }
  return false;
}
