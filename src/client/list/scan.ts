import { setImmediate } from 'node:timers/promises';
import type { Payload } from '@temporalio/common';
import { decodeSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes';
import { decodeOptionalSinglePayload } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import {
  type FailureClass,
  type Parking,
  type Policy,
  type RecordedState,
  SEARCH_ATTRIBUTES,
  type TaskMemo,
} from '../../protocol/task';
import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';

type RawRow = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** What Visibility itself says of one run: as true as the list it comes from, which lags by a moment. */
export interface ScannedRow {
  id: string;
  runId: string;
  type: string;
  queue: string;
  createdAt: string;
  /** The same as its submission noted it; absent for what was not submitted as a task. */
  submittedAt?: string;
  /** When this run began: later than its creation for one that was redriven after its end. */
  startedAt: string;
  /** When the task may begin, for one that was given a time. */
  runAt?: string;
  closedAt?: string;
  /** The state that the workflow itself recorded. */
  recorded?: RecordedState;
  class?: FailureClass;
  code?: string;
  fingerprint?: string;
  tenant?: string;
  category?: string;
  tags: string[];
  parking?: Parking;
}

/** A server returns up to 1,000 rows in one call, but takes a second for so many, and a call has its deadline. */
const PAGE = 500;
/** Rows decoded before others get their turn: a page at once would hold up every request for a tenth of a second. */
const DECODED_AT_ONCE = 50;

/**
 * Reads all rows of a query, page by page, without describing any of them: for counts and exports, which
 * may be a moment old, and as a first look for what describes its tasks anyway.
 */
export async function* scanRows(gateway: Gateway, query: string): AsyncGenerator<ScannedRow[]> {
  for await (const raw of rawPages(gateway, query)) yield await decoded(gateway, raw);
}

/** The same rows as Visibility has them: for what needs their names only. */
export async function* rawPages(gateway: Gateway, query: string, size = PAGE): AsyncGenerator<readonly RawRow[]> {
  const { namespace, service } = gateway;
  let nextPageToken: Uint8Array | undefined;
  do {
    const request = { namespace, query, pageSize: size, ...(nextPageToken && { nextPageToken }) };
    const page = await gateway.call(() => service.listWorkflowExecutions(request));
    yield page.executions ?? [];
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
}

/**
 * The first rows of a query: those of the newest tasks.
 * @param limit At most 1,000.
 * @param seconds Longest time for the call. Defaults to that of every call.
 */
export async function firstRows(
  gateway: Gateway,
  query: string,
  limit: number,
  seconds?: number,
): Promise<ScannedRow[]> {
  const { namespace, service } = gateway;
  const list = () => service.listWorkflowExecutions({ namespace, query, pageSize: limit });
  const page = await gateway.call(list, seconds);
  return decoded(gateway, page.executions ?? []);
}

async function decoded(gateway: Gateway, raw: readonly RawRow[]): Promise<ScannedRow[]> {
  const rows: ScannedRow[] = [];
  while (rows.length < raw.length) {
    const batch = raw.slice(rows.length, rows.length + DECODED_AT_ONCE);
    rows.push(...(await Promise.all(batch.map((row) => rowOf(gateway, row)))));
    await setImmediate();
  }
  return rows;
}

/** The policy that a row's task was submitted with. */
export async function policyOf(gateway: Gateway, { memo }: RawRow): Promise<Policy | undefined> {
  const policy = memo?.fields?.policy as Payload | undefined;
  return (await decodeOptionalSinglePayload<Policy>(gateway.client.options.loadedDataConverter, policy)) ?? undefined;
}

async function rowOf(gateway: Gateway, raw: RawRow): Promise<ScannedRow> {
  const attributes = decodeSearchAttributes(raw.searchAttributes?.indexedFields as Record<string, Payload> | undefined);
  const attribute = (name: string) => attributes[name]?.[0] as string | undefined;
  const memo = async <Name extends keyof TaskMemo>(name: Name) =>
    decodeOptionalSinglePayload<TaskMemo[Name]>(
      gateway.client.options.loadedDataConverter,
      raw.memo?.fields?.[name] as Payload | undefined,
    );
  // Only these: decoding the whole memo of ten thousand rows would keep the API busy for long.
  const [parking, createdAt, runAt] = await Promise.all([memo('parking'), memo('createdAt'), memo('runAt')]);
  const startedAt = isoTime(raw.startTime) ?? '';
  return {
    id: raw.execution?.workflowId ?? '',
    runId: raw.execution?.runId ?? '',
    type: raw.type?.name ?? '',
    queue: raw.taskQueue ?? '',
    createdAt: createdAt ?? startedAt,
    startedAt,
    tags: (attributes[SEARCH_ATTRIBUTES.tags] as string[] | undefined) ?? [],
    ...given({
      submittedAt: createdAt ?? undefined,
      runAt: runAt ?? undefined,
      closedAt: isoTime(raw.closeTime),
      recorded: attribute(SEARCH_ATTRIBUTES.state) as RecordedState | undefined,
      class: attribute(SEARCH_ATTRIBUTES.failureClass) as FailureClass | undefined,
      code: attribute(SEARCH_ATTRIBUTES.failureCode),
      fingerprint: attribute(SEARCH_ATTRIBUTES.failureFingerprint),
      tenant: attribute(SEARCH_ATTRIBUTES.tenant),
      category: attribute(SEARCH_ATTRIBUTES.category),
      parking: parking ?? undefined,
    }),
  };
}

/** Leaves out what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
