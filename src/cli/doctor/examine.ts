import { artifacts } from './artifacts';
import { type Check, type Examination, type Finding, type Machine, messageOf, type Service, worst } from './check';
import { clock } from './clock';
import { disk } from './disk';
import { encryption } from './encryption';
import { mail } from './mail';
import { alerts, monitor } from './monitor';
import { namespace } from './namespace';
import { temporal } from './temporal';
import { workers } from './workers';

/** Longest time for one check. */
const DEADLINE_MS = 5000;

const OF_THIS_MACHINE: readonly Check<Machine>[] = [disk, artifacts, encryption, mail];
/** These say nothing while Temporal is away. */
const OF_THE_SERVICE: readonly Check[] = [namespace, workers, monitor, alerts, clock];

/**
 * Makes every check, several at once, each within its own deadline; none keeps another from being made.
 * @param service The service, or why there is no way to it.
 */
export async function examine(machine: Machine, service: Service | Finding): Promise<Examination> {
  const here = makeAll(OF_THIS_MACHINE, machine);
  const reached = 'gateway' in service ? await make(temporal, service) : [service];
  const answers = 'gateway' in service && reached.every(({ level }) => level !== 'broken');
  const there = answers ? await makeAll(OF_THE_SERVICE, service) : OF_THE_SERVICE.map(notMade);
  const settings: Finding = { name: 'settings', level: 'ok', message: 'All are valid.' };
  const checks = [settings, ...reached, ...there, ...(await here)];
  return { level: worst(checks.map(({ level }) => level)), checks };
}

async function makeAll<Seen extends Machine>(checks: readonly Check<Seen>[], seen: Seen): Promise<Finding[]> {
  return (await Promise.all(checks.map((check) => make(check, seen)))).flat();
}

async function make<Seen extends Machine>({ name, look }: Check<Seen>, seen: Seen): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    const message = `No answer within ${DEADLINE_MS / 1000} s.`;
    timer = setTimeout(() => resolve([{ name, level: 'broken', message }]), DEADLINE_MS);
  });
  try {
    return await Promise.race([look(seen), late]);
  } catch (error) {
    return [{ name, level: 'broken', message: messageOf(error) }];
  } finally {
    clearTimeout(timer);
  }
}

function notMade({ name }: Check): Finding {
  return { name, level: 'warning', message: 'Not looked at, since Temporal does not answer.' };
}
