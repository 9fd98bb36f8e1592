import type { TaskReader } from '../read/reader';
import { type TaskView, viewOf } from '../read/view';
import type { Gateway } from '../temporal/gateway';
import { matchesFacts } from './filter-match';
import type { Position } from './list-cursor';
import { needsScan, type TaskFilter, visibilityQuery } from './list-query';
import { certainFacts, type RawRow } from './row-facts';

export interface ListRequest {
  filter?: TaskFilter;
  /** 1 to 200 tasks. Defaults to 50. */
  limit?: number;
  /** The cursor of the page before. */
  cursor?: string;
}

export interface TaskPage {
  tasks: TaskView[];
  /** Present when there may be more. */
  cursor?: string;
  /** True when the scan stopped at its bound: more may match beyond the cursor. */
  partial: boolean;
  /** Tasks looked at for this page. */
  scanned: number;
}

/** Most tasks that one call asks the server about, and the longest time it takes to, in milliseconds. */
const SCAN_BOUND = 200;
const SCAN_MS = 2000;
/** Rows of one Visibility call in a search: those calls are the scarce ones. */
const SCAN_PAGE = 200;
const DESCRIBES_AT_ONCE = 25;
const DEFAULT_LIMIT = 50;

/**
 * Lists tasks. Visibility lags by a moment and does not know every state, so it is believed only where nothing can have
 * changed since; every other task is described. What is shown of each is what its own page would show.
 */
export async function listTasks(gateway: Gateway, reader: TaskReader, request: ListRequest): Promise<TaskPage> {
  const { filter = {}, limit = DEFAULT_LIMIT, cursor } = request;
  const query = visibilityQuery(filter);
  const scans = needsScan(filter);
  const tasks: TaskView[] = [];
  let position: Position | undefined =
    cursor === undefined ? { token: '', offset: 0 } : await gateway.cursors.decode(cursor, query);
  let scanned = 0;
  const until = Date.now() + SCAN_MS;
  const goesOn = () =>
    tasks.length < limit && scanned < (scans ? SCAN_BOUND : 4 * limit) && (scanned === 0 || Date.now() < until);
  while (position && goesOn()) {
    const { rows, next } = await readPage(gateway, query, scans ? SCAN_PAGE : limit, position.token);
    let offset: number = position.offset;
    while (offset < rows.length && goesOn()) {
      const batch = rows.slice(offset, offset + DESCRIBES_AT_ONCE);
      for (const view of await Promise.all(batch.map((row) => viewOfRow(gateway, reader, row, filter)))) {
        if (tasks.length === limit) break;
        offset++;
        scanned++;
        if (view && matches(view, filter)) tasks.push(view);
      }
    }
    if (offset < rows.length) position = { token: position.token, offset };
    else position = next === undefined ? undefined : { token: next, offset: offset - rows.length };
  }
  const partial = position !== undefined && tasks.length < limit;
  return { tasks, partial, scanned, ...(position && { cursor: await gateway.cursors.encode(position, query) }) };
}

async function readPage(
  gateway: Gateway,
  query: string,
  pageSize: number,
  token: string,
): Promise<{ rows: readonly RawRow[]; next: string | undefined }> {
  const { namespace, service } = gateway;
  const nextPageToken = Buffer.from(token, 'base64url');
  const response = await gateway.call(() =>
    service.listWorkflowExecutions({ namespace, query, pageSize, nextPageToken }),
  );
  const next = Buffer.from(response.nextPageToken ?? []).toString('base64url');
  return { rows: response.executions ?? [], next: next || undefined };
}

/**
 * A task shows once, on the row of its current run; rows of earlier runs are omitted, and what the server found
 * although it is not what was asked for.
 */
async function viewOfRow(
  gateway: Gateway,
  reader: TaskReader,
  row: RawRow,
  filter: TaskFilter,
): Promise<TaskView | undefined> {
  const { workflowId, runId } = row.execution ?? {};
  const facts = (await certainFacts(gateway, row)) ?? (await reader.facts(workflowId ?? ''));
  return facts?.runId === runId && facts && matchesFacts(facts, filter) ? viewOf(facts, {}, new Date()) : undefined;
}

function matches(view: TaskView, { state }: TaskFilter): boolean {
  return state === undefined || state.length === 0 || state.includes(view.state);
}
