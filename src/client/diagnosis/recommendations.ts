import { FAILURE_CODES, isFailureCode } from '../../tasks/failures';
import type { Diagnosis, Recommendation, StuckCause, StuckSample, StuckType } from './findings';

type Findings = Omit<Diagnosis, 'recommendations'>;

/** What to do about what was found, with the commands to type. Pure. @param checked Whether executions were checked. */
export function recommend({ types, openBreakers }: Findings, checked: boolean): Recommendation[] {
  const causes = types.flatMap(({ type, causes }) => causes.map((cause) => ({ ...cause, type })));
  const samples = types.flatMap((one) => one.samples);
  return [
    ...forQueues(causes),
    ...openBreakers.map(({ name, since, lastFailure }) => ({
      text: `Circuit breaker ${name} has been open since ${since}${lastFailure ? ` (${lastFailure.code}: ${lastFailure.message})` : ''}. Mend what it protects; once that works, close it.`,
      command: `holdfast breakers close ${name}`,
    })),
    ...causes.flatMap(forParked),
    ...causes.flatMap(forCause),
    ...(checked ? forExecutions(samples) : toCheck(types)),
  ];
}

function forQueues(causes: readonly StuckCause[]): Recommendation[] {
  const waiting = new Map<string, number>();
  for (const { cause, what = '', count } of causes) {
    if (cause === 'no-worker') waiting.set(what, (waiting.get(what) ?? 0) + count);
  }
  return [...waiting].map(([queue, count]) => ({
    text: `${tasks(count)} in queue ${queue}, which no worker polls. Start a worker for it.`,
    command: `npm run worker -- --queues ${queue}`,
  }));
}

function forParked({ cause, what = '', count, example, todo }: StuckCause): Recommendation[] {
  const { advice } = FAILURE_CODES[isFailureCode(what) ? what : 'UNKNOWN'];
  if (cause !== 'parked' && cause !== 'waits-for-an-operator') return [];
  return [
    {
      text: `${tasks(count)} parked with ${what} (such as ${example}). ${advice}`,
      ...(todo && { command: todo }),
    },
  ];
}

function forCause({ cause, what = '', count, exact, example, message }: StuckCause): Recommendation[] {
  const many = `${exact ? '' : 'About '}${tasks(count)}`;
  switch (cause) {
    case 'waits-for-a-worker':
      return [
        {
          text: `${many} in queue ${what}, whose workers have no free place. Start more of them, or let each do more.`,
          command: `npm run worker -- --queues ${what}`,
        },
      ];
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

function forExecutions(samples: readonly StuckSample[]): Recommendation[] {
  const of = (conclusion: string) => samples.filter(({ execution }) => execution?.conclusion === conclusion);
  const found: Recommendation[] = [];
  const repairable = samples.filter(isRepairable).length;
  if (repairable > 0) {
    found.push({
      text: `${repairable} of the samples were executed, and their tasks do not know. Record their results.`,
      command: 'holdfast check --check-execution --repair',
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

function toCheck(types: readonly StuckType[]): Recommendation[] {
  const begun = types.flatMap(({ samples }) => samples).some(({ attempts }) => attempts > 0);
  if (!begun) return [];
  return [
    {
      text: 'Attempts have been made at some of the tasks. Ask the outside world what became of them.',
      command: 'holdfast check --check-execution',
    },
  ];
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}
