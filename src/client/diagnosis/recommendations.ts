import { FAILURE_CODES, isFailureCode } from '../../tasks/failures';
import type { Diagnosis, Recommendation, StuckCause, StuckSample, StuckType } from './findings';

/** The code of tasks that may have been executed although they do not know. */
const OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN';

type Findings = Omit<Diagnosis, 'recommendations'>;

/** What to do about what was found, with the commands to type. Pure. @param checked Whether executions were checked. */
export function recommend({ types, openBreakers, hours }: Findings, checked: boolean): Recommendation[] {
  const check = `holdfast check${hours === null ? '' : ` --hours ${hours}`} --check-execution`;
  const causes = types.flatMap(({ type, causes }) => causes.map((cause) => ({ ...cause, type })));
  const samples = types.flatMap((one) => one.samples);
  const found = [
    ...forQueues(causes),
    ...openBreakers.map(({ name, state, since, lastFailure }) => ({
      text: `Circuit breaker ${name} has been ${state} since ${since}${lastFailure ? ` (${lastFailure.code}: ${lastFailure.message})` : ''}. Mend what it protects; once that works, close it.`,
      command: `holdfast breakers close ${name}`,
    })),
    ...causes.flatMap((cause) => forParked(cause, checked ? `holdfast why '${cause.example}'` : check)),
    ...causes.flatMap(forCause),
  ];
  if (checked) return [...found, ...forExecutions(samples, check)];
  return found.some(({ command }) => command === check) ? found : [...found, ...toCheck(types, check)];
}

/** Tasks of several types may wait in one queue, and one worker helps them all. */
function forQueues(causes: readonly StuckCause[]): Recommendation[] {
  const queues = new Map<string, { cause: string; queue: string; count: number; exact: boolean }>();
  for (const { cause, what: queue, count, exact } of causes) {
    if ((cause !== 'no-worker' && cause !== 'waits-for-a-worker') || queue === undefined) continue;
    const known = queues.get(`${cause} ${queue}`) ?? { cause, queue, count: 0, exact: true };
    queues.set(`${cause} ${queue}`, { ...known, count: known.count + count, exact: known.exact && exact });
  }
  return [...queues.values()].map(({ cause, queue, ...many }) => ({
    text:
      cause === 'no-worker'
        ? `${tasks(many)} in queue ${queue}, which no worker polls. Start a worker for it.`
        : `${tasks(many)} in queue ${queue}, whose workers have no free place. Start more of them, or let each do more.`,
    command: `npm run worker -- --queues ${queue}`,
  }));
}

/** @param look What to type where nobody knows whether the work was done: it must not be run again unseen. */
function forParked({ cause, what = '', count, example, todo }: StuckCause, look: string): Recommendation[] {
  if (cause !== 'parked' && cause !== 'waits-for-an-operator') return [];
  const { advice } = FAILURE_CODES[isFailureCode(what) ? what : 'UNKNOWN'];
  const command = what === OUTCOME_UNKNOWN ? look : todo;
  return [
    {
      text: `${tasks({ count, exact: true })} parked with ${what} (such as ${example}). ${advice}`,
      ...(command && { command }),
    },
  ];
}

function forCause({ cause, example, message, ...found }: StuckCause): Recommendation[] {
  const many = tasks(found);
  switch (cause) {
    case 'workflow-task-failing':
      return [
        {
          text: `${many}: their workflow code fails. Deploy a worker whose code can replay them; they go on by themselves.`,
          command: `temporal workflow show --workflow-id '${example}'`,
        },
      ];
    case 'waits-for-next-attempt':
      return [{ text: `${many} between attempts: ${message}. See what fails.`, command: `holdfast why '${example}'` }];
    case 'heartbeat-late':
    case 'running':
      return [{ text: `${many}: still at work (${message}). See how far.`, command: `holdfast why '${example}'` }];
    default:
      return [];
  }
}

/** @param check The command that checks executions. */
function forExecutions(samples: readonly StuckSample[], check: string): Recommendation[] {
  const of = (conclusion: string) => samples.filter(({ execution }) => execution?.conclusion === conclusion);
  const found: Recommendation[] = [];
  const repairable = samples.filter(isRepairable).length;
  if (repairable > 0) {
    found.push({
      text: `${repairable} of the samples were executed, and their tasks do not know. Record their results.`,
      command: `${check} --repair`,
    });
  }
  const [failed] = of('FAILED');
  if (failed) {
    found.push({
      text: `${of('FAILED').length} of the samples failed outside. See why, and run them again or give them up.`,
      command: `holdfast why '${failed.id}'`,
    });
  }
  return found;
}

/** Whether its result can be recorded in the place of its handler. */
export function isRepairable({ execution }: StuckSample): boolean {
  const { conclusion, outside, fleet } = execution ?? {};
  const known = outside?.effect === 'done' && outside.output !== undefined;
  return conclusion === 'EXECUTED' && known && fleet?.attemptIsAlive === false;
}

function toCheck(types: readonly StuckType[], check: string): Recommendation[] {
  const begun = types.flatMap(({ samples }) => samples).some(({ attempts }) => attempts > 0);
  if (!begun) return [];
  return [
    {
      text: 'Attempts have been made at some of the tasks. Ask the outside world what became of them.',
      command: check,
    },
  ];
}

function tasks({ count, exact }: { count: number; exact: boolean }): string {
  return `${exact ? '' : 'About '}${count === 1 ? '1 task' : `${count} tasks`}`;
}
