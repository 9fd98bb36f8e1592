import { HoldfastError, type Issue } from '../../errors';
import type { BulkChoice, BulkOrder } from '../../protocol/bulk';

/** What a caller asks for; what is left out has a default. */
export type BulkRequest = BulkChoice &
  Pick<BulkOrder, 'message'> &
  Partial<Pick<BulkOrder, 'rate' | 'canary' | 'canarySeconds'>>;

/** What a preview may say besides its choice. */
export type BulkPreviewRequest = BulkChoice & { message?: Partial<BulkOrder['message']> };

const DEFAULT_RATE = 25;
const FASTEST = 500;
const DEFAULT_CANARY_SECONDS = 600;
/** The named tasks travel in the workflow's input. */
const MOST_IDS = 1000;

/**
 * Checks what no schema of single fields can, and fills in the defaults.
 * @throws HoldfastError `invalid-request` with one issue per fault.
 */
export function orderOf(request: BulkRequest): BulkOrder {
  const { rate = DEFAULT_RATE, canary = false, canarySeconds = DEFAULT_CANARY_SECONDS } = request;
  const { action, ids, filter, message } = request;
  const issues = [...choiceIssues(request), ...messageIssues(request)];
  if (!(rate > 0 && rate <= FASTEST)) {
    issues.push({ pointer: '/rate', message: `must be above 0 and at most ${FASTEST} tasks a second` });
  }
  if (canary && (action !== 'retry' || message.at !== undefined)) {
    issues.push({ pointer: '/canary', message: 'only a retry that runs now can show whether its tasks heal' });
  }
  const [first] = issues;
  if (first) throw new HoldfastError('invalid-request', `${first.pointer}: ${first.message}`, { issues });
  return { action, ...(ids ? { ids } : { filter: filter ?? {} }), message, rate, canary, canarySeconds };
}

/** What is wrong with a request that only asks which tasks it would be about: it needs no reason yet, and no result. */
export function previewIssues(request: BulkPreviewRequest): Issue[] {
  return [...choiceIssues(request), ...strayIssues(request.action, request.message ?? {})];
}

/** A bulk action for everything there is would most likely be a mistake, so an empty filter is none. */
function choiceIssues({ ids, filter }: BulkChoice): Issue[] {
  if ((ids === undefined) === (filter === undefined)) {
    return [{ pointer: ids ? '/ids' : '/filter', message: 'either ids or filter is needed, and not both' }];
  }
  if (filter && Object.values(filter).every((value) => value === undefined)) {
    return [{ pointer: '/filter', message: 'needs at least one condition' }];
  }
  if (ids && (ids.length === 0 || ids.length > MOST_IDS)) {
    return [{ pointer: '/ids', message: `1 to ${MOST_IDS} tasks can be named; use a filter for more` }];
  }
  return [];
}

function messageIssues({ action, message }: BulkRequest): Issue[] {
  const { reason, result } = message;
  const issues: Issue[] = [];
  if (!reason) issues.push({ pointer: '/reason', message: 'is needed: it stands in the timeline of every task' });
  if (action === 'resolve' && result === undefined) {
    issues.push({ pointer: '/result', message: 'is needed: the result to record' });
  }
  return [...issues, ...strayIssues(action, message)];
}

/** A corrected input or a result that the action would not use is a mistake of the caller. */
function strayIssues(action: BulkChoice['action'], { input, at, result }: Partial<BulkOrder['message']>): Issue[] {
  return Object.entries({ input, at, result }).flatMap(([name, value]) => {
    const meant = name === 'result' ? 'resolve' : 'retry';
    if (value === undefined || action === meant) return [];
    return [{ pointer: `/${name}`, message: `has no meaning with ${action}, only with ${meant}` }];
  });
}
