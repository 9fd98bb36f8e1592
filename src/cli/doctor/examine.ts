import { artifacts } from './artifacts';
import { type Check, type Finding, type Level, type Surroundings, worst } from './check';
import { clock } from './clock';
import { disk } from './disk';
import { mail } from './mail';
import { alerts, monitor } from './monitor';
import { namespace } from './namespace';
import { temporal } from './temporal';
import { workers } from './workers';

export interface Examination {
  /** The worst of all. */
  level: Level;
  checks: Finding[];
}

/** Longest time for one check. */
const DEADLINE_MS = 5000;

const OF_THIS_MACHINE: readonly Check[] = [disk, artifacts, mail];
/** These say nothing while Temporal is away. */
const OF_TEMPORAL: readonly Check[] = [namespace, workers, monitor, alerts, clock];

/** Makes every check, several at once, each within its own deadline; none keeps another from being made. */
export async function examine(surroundings: Surroundings): Promise<Examination> {
  const machine = Promise.all(OF_THIS_MACHINE.map((check) => make(check, surroundings)));
  const reached = await make(temporal, surroundings);
  const answers = reached.every(({ level }) => level !== 'broken');
  const server = await Promise.all(
    OF_TEMPORAL.map((check) => (answers ? make(check, surroundings) : [notMade(check)])),
  );
  const settings: Finding = { name: 'settings', level: 'ok', message: 'All are valid.' };
  const checks = [settings, ...reached, ...server.flat(), ...(await machine).flat()];
  return { level: worst(checks.map(({ level }) => level)), checks };
}

async function make({ name, look }: Check, surroundings: Surroundings): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    const message = `No answer within ${DEADLINE_MS / 1000} s.`;
    timer = setTimeout(() => resolve([{ name, level: 'broken', message }]), DEADLINE_MS);
  });
  try {
    return await Promise.race([look(surroundings), late]);
  } catch (error) {
    return [{ name, level: 'broken', message: error instanceof Error ? error.message : String(error) }];
  } finally {
    clearTimeout(timer);
  }
}

function notMade({ name }: Check): Finding {
  return { name, level: 'warning', message: 'Not looked at, since Temporal does not answer.' };
}
