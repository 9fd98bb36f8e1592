import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { HoldfastError } from '../errors';

/** gRPC status codes that mean "not now" rather than "no". */
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/**
 * The way to the Temporal server. The SDK sets no deadlines and retries for some twenty seconds; here
 * every call ends within its deadline, and with one of Holdfast's own errors.
 */
export class Gateway {
  readonly namespace: string;

  /** @param deadline Longest time for one call, in seconds. */
  constructor(
    readonly client: Client,
    readonly deadline: number,
  ) {
    this.namespace = client.options.namespace;
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
      return await this.client.connection.withDeadline(Date.now() + seconds * 1000, work);
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

export function isDeadline(error: unknown): boolean {
  return statusOf(error) === DEADLINE_EXCEEDED;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || statusOf(error) === NOT_FOUND;
}

/** Turns what the SDK throws when the server is away into `unavailable`; everything else stays. */
export function translate(error: unknown): unknown {
  const status = statusOf(error);
  if (status === UNAVAILABLE || status === DEADLINE_EXCEEDED) {
    return new HoldfastError(
      'unavailable',
      'Temporal cannot be reached right now; try again.',
      { retryAfter: 2 },
      { cause: error },
    );
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

/** The gRPC status of an error or of what caused it; the two kinds of connection wrap it differently. */
function statusOf(error: unknown): number | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'number') return code;
  }
  return undefined;
}
