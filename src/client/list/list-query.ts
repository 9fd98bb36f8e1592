import { HoldfastError } from '../../errors';
import { type FailureOutcome, SEARCH_ATTRIBUTES, type TaskState } from '../../protocol/task';
import { isKeyword, isName } from '../submit/names';

/** What a list may be filtered by. All given filters must hold; of several states, one. */
export interface TaskFilter {
  state?: TaskState[];
  type?: string;
  tenant?: string;
  tag?: string;
  category?: string;
  failureClass?: string;
  failureCode?: string;
  fingerprint?: string;
  /** What became of tasks that failed at least once. */
  failureOutcome?: FailureOutcome;
  createdAfter?: Date;
  createdBefore?: Date;
}

/** The states that Visibility does not know: open tasks must be described one by one to find them. */
const SCANNED: readonly TaskState[] = ['queued', 'running', 'retrying', 'paused'];

/** Whether a filter needs a scan of open tasks, so that a page may stay short although more would match. */
export function needsScan({ state = [] }: TaskFilter): boolean {
  return state.some((one) => SCANNED.includes(one));
}

const recorded = (state: string) => `(ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state} = '${state}')`;
const OPEN = "ExecutionStatus = 'Running'";
/** Open tasks without a recorded state, or with the given one. */
const openOr = (state: string) =>
  `(${OPEN} AND (${SEARCH_ATTRIBUTES.state} IS NULL OR ${SEARCH_ATTRIBUTES.state} = '${state}'))`;

/** The part of Visibility in which tasks of a state are found; the page is checked by describing its rows. */
const WHERE_STATE: Record<TaskState, string> = {
  scheduled: recorded('scheduled'),
  'dead-lettered': recorded('dead-lettered'),
  // One whose time has come while no worker was up is still recorded as scheduled.
  queued: openOr('scheduled'),
  // One that runs although it shall pause afterwards is recorded as paused.
  running: openOr('paused'),
  retrying: `(${OPEN} AND ${SEARCH_ATTRIBUTES.state} IS NULL)`,
  // With no worker up, only the server's own record of the paused activity says so.
  paused: openOr('paused'),
  completed: "ExecutionStatus = 'Completed'",
  failed: "ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')",
  cancelled: "ExecutionStatus = 'Canceled'",
};

/** Builds a Visibility query from an allow-list of fields; every value is quoted. */
export function visibilityQuery(filter: TaskFilter): string {
  const { state, type, tenant, tag, category, createdAfter, createdBefore } = filter;
  const equals = (name: string, value: string | undefined) => (value === undefined ? [] : [equal(name, value)]);
  const states = [...new Set(state?.map((one) => WHERE_STATE[one]))];
  return [
    // Every task has a category; other workflows of the namespace have none.
    category === undefined ? `${SEARCH_ATTRIBUTES.category} IS NOT NULL` : equal(SEARCH_ATTRIBUTES.category, category),
    ...(states.length > 0 ? [`(${states.join(' OR ')})`] : ["ExecutionStatus != 'ContinuedAsNew'"]),
    ...equals('WorkflowType', type),
    ...equals(SEARCH_ATTRIBUTES.tenant, tenant),
    ...equals(SEARCH_ATTRIBUTES.tags, tag),
    ...equals(SEARCH_ATTRIBUTES.failureClass, filter.failureClass),
    ...equals(SEARCH_ATTRIBUTES.failureCode, filter.failureCode),
    ...equals(SEARCH_ATTRIBUTES.failureFingerprint, filter.fingerprint),
    ...equals(SEARCH_ATTRIBUTES.failureOutcome, filter.failureOutcome),
    ...(createdAfter ? [`StartTime >= ${quote(createdAfter.toISOString())}`] : []),
    ...(createdBefore ? [`StartTime < ${quote(createdBefore.toISOString())}`] : []),
  ].join(' AND ');
}

/** Finds nothing, wherever the server is asked. */
const NOTHING = `(${OPEN} AND ExecutionStatus = 'Completed')`;
const NAMES: readonly string[] = [SEARCH_ATTRIBUTES.tenant, SEARCH_ATTRIBUTES.tags];

/**
 * One condition of a query. What no task can have is not asked for: servers cut quotes off, so that they would find
 * something else, or stumble over them.
 */
export function equal(field: string, value: string): string {
  const quoted = quote(value);
  const possible = NAMES.includes(field) ? isName(value) : isKeyword(value);
  return possible ? `${field} = ${quoted}` : NOTHING;
}

export function quote(value: string): string {
  if (/\p{Cc}/u.test(value))
    throw new HoldfastError('invalid-request', 'A filter must not contain control characters.');
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
