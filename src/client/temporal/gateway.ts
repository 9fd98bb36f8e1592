import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { HoldfastError } from '../../errors';
import { Cursors } from '../list/list-cursor';
import { limitVisibility } from './visibility-rate';

/** gRPC status codes that mean "not now" rather than "no". */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;

/** The server has no code of its own for these. */
const NOT_SET_UP = /Namespace \S+ is not found|has no mapping defined for search attribute|invalid search attribute: /;

/** As SQLite and PostgreSQL say it. */
const SERVER_DISK_FULL = /database or disk is full|No space left on device/;

/** How much later than its deadline a call may report its own error, in milliseconds. */
const REPORT_MS = 100;

/**
 * The way to the Temporal server. The SDK sets no deadlines and retries for some twenty seconds; here
 * every call ends within its deadline, and with one of Holdfast's own errors. Whatever a process makes of these shares
 * one rate towards Visibility.
 */
export class Gateway {
  readonly namespace: string;

  /**
   * @param deadline Longest time for one call, in seconds.
   * @param cursors Of the lists. Defaults to ones that are good in this process only.
   * @param publicUrl Where people find the dashboard; tasks that are started here name their page. Defaults to nowhere.
   */
  constructor(
    readonly client: Client,
    readonly deadline: number,
    readonly cursors = new Cursors(),
    readonly publicUrl?: string,
  ) {
    this.namespace = client.options.namespace;
    limitVisibility(client.connection);
  }

  get service() {
    return this.client.workflowService;
  }

  /**
   * Makes one call to the server.
   * @throws HoldfastError `unavailable` when the server is away, too slow or overloaded.
   */
  async call<T>(work: () => Promise<T>, seconds = this.deadline): Promise<T> {
    try {
      const deadline = Date.now() + seconds * 1000;
      return await inTime(this.client.connection.withDeadline(deadline, work), seconds * 1000 + REPORT_MS);
    } catch (error) {
      throw translate(error);
    }
  }

  /** Like `call`, but `undefined` when the server does not know the task. */
  async find<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(work);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

/** The SDK sleeps before it finds that its deadline has passed; callers were promised an end. */
async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(away()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function away(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'Temporal cannot be reached right now; try again.',
    { retryAfter: 2 },
    { cause },
  );
}

export function isDeadline(error: unknown): boolean {
  return statusOf(error) === DEADLINE_EXCEEDED;
}

export function isNotFound(error: unknown): boolean {
  if (error instanceof HoldfastError) return false;
  return error instanceof WorkflowNotFoundError || statusOf(error) === NOT_FOUND;
}

/** Whether the server does not have this call: it is too old, or has it switched off. */
export function isUnimplemented(error: unknown): boolean {
  return statusOf(error) === UNIMPLEMENTED;
}

/** Whether the server does not have this call, or does not let this client make it. */
export function isRefused(error: unknown): boolean {
  return isUnimplemented(error) || statusOf(error) === PERMISSION_DENIED;
}

/** Turns what the SDK throws when the server is away or not set up into Holdfast's errors; everything else stays. */
export function translate(error: unknown): unknown {
  const status = statusOf(error);
  if (error instanceof NamespaceNotFoundError || NOT_SET_UP.test(messagesOf(error))) {
    return new HoldfastError(
      'not-set-up',
      'The Temporal namespace is not set up for Holdfast yet; a worker or the API does that when it starts.',
      { retryAfter: 5 },
      { cause: error },
    );
  }
  if (SERVER_DISK_FULL.test(messagesOf(error))) {
    return new HoldfastError(
      'storage-full',
      "The disk of Temporal's database is full; it takes nothing more.",
      {},
      { cause: error },
    );
  }
  if (status === UNAVAILABLE || status === DEADLINE_EXCEEDED) {
    return away(error);
  }
  if (status === RESOURCE_EXHAUSTED) {
    return new HoldfastError(
      'unavailable',
      'Temporal is overloaded right now; try again.',
      { retryAfter: 5 },
      { cause: error },
    );
  }
  return error;
}

function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) messages.push(current.message);
  return messages.join('\n');
}

/** The gRPC status of an error or of what caused it; the two kinds of connection wrap it differently. */
function statusOf(error: unknown): number | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown };
    // A worker's connection calls a deadline that has passed a cancellation.
    if (code === CANCELLED && current.message.includes('Timeout expired')) return DEADLINE_EXCEEDED;
    if (typeof code === 'number') return code;
  }
  return undefined;
}
