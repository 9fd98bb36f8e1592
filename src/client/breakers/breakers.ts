import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import {
  BREAKER_MEMO,
  BREAKER_NAME,
  BREAKER_TYPE,
  type BreakerAction,
  type BreakerMessage,
  type BreakerRecord,
  breakerId,
  breakerName,
  closedRecord,
  readRecord,
  stateAt,
} from '../../protocol/breaker';
import type { Gateway } from '../temporal/gateway';
import { isNotFound } from '../temporal/gateway';
import { signalBreaker } from './breaker-calls';

/** A circuit breaker as the API, the command line and library users see it. Times are ISO. */
export interface BreakerView extends Omit<BreakerRecord, 'lease'> {
  /** `kind:place`, such as `smtp:mail.example.com`. */
  name: string;
  /** Who makes the one call of a half-open breaker, and until when nobody else may. */
  lease?: { holder: string; until: string };
}

/** What operators say with an action; `seconds` with `open` only. */
export type BreakerOrder = Pick<BreakerMessage, 'by' | 'reason' | 'seconds'>;

const LISTED = `WorkflowType = '${BREAKER_TYPE}' AND ExecutionStatus = 'Running'`;
const MOST_LISTED = 1000;
const READS_AT_ONCE = 25;

/** Reads circuit breakers and passes operators' orders on. Needs no worker. */
export class Breakers {
  constructor(private readonly gateway: Gateway) {}

  /** Every breaker, by name; at most 1,000. The list lags by a moment, what it says of each does not. */
  async list(): Promise<BreakerView[]> {
    const { namespace, service } = this.gateway;
    const request = { namespace, query: LISTED, pageSize: MOST_LISTED };
    const { executions } = await this.gateway.call(() => service.listWorkflowExecutions(request));
    const names = (executions ?? []).flatMap(({ execution }) => breakerName(execution?.workflowId ?? '') ?? []);
    const views = await inParallel([...new Set(names)].sort(), READS_AT_ONCE, (name) => this.find(name));
    return views.filter((view) => view !== undefined);
  }

  /** @throws HoldfastError `not-found`. */
  async read(name: string): Promise<BreakerView> {
    const view = await this.find(name);
    if (!view) throw unknown(name);
    return view;
  }

  /**
   * Opens, closes or resets a breaker. `open` makes one where there is none.
   * @returns The breaker, which may still show the state before.
   * @throws HoldfastError `not-found`, `invalid-request` for a name that no breaker can have.
   */
  async act(name: string, action: BreakerAction, order: BreakerOrder): Promise<BreakerView> {
    if (!BREAKER_NAME.test(name)) {
      const message = `${JSON.stringify(name)} names no dependency; write kind:place, such as smtp:mail.example.com.`;
      throw new HoldfastError('invalid-request', message, { issues: [{ pointer: '/name', message }] });
    }
    if (action === 'open') await signalBreaker(this.gateway, name, action, order);
    else await this.signal(name, action, order);
    return this.read(name);
  }

  private async signal(name: string, action: BreakerAction, order: BreakerOrder): Promise<void> {
    const handle = this.gateway.client.workflow.getHandle(breakerId(name));
    try {
      await this.gateway.call(() => handle.signal(action, order));
    } catch (error) {
      throw isNotFound(error) ? unknown(name) : error;
    }
  }

  /** The same as {@link read}, but `undefined` when there is none. */
  async find(name: string): Promise<BreakerView | undefined> {
    const handle = this.gateway.client.workflow.getHandle(breakerId(name));
    const description = await this.gateway.find(() => handle.describe());
    if (description?.status.name !== 'RUNNING') return undefined;
    // One that was started by hand has published nothing yet: it begins closed.
    const record = readRecord(description.memo?.[BREAKER_MEMO]) ?? closedRecord(description.startTime.getTime());
    const { lease, ...rest } = record;
    return {
      name,
      ...rest,
      state: stateAt(record, Date.now()),
      ...(lease && { lease: { holder: lease.holder, until: lease.until } }),
    };
  }
}

function unknown(name: string): HoldfastError {
  return new HoldfastError('not-found', `There is no circuit breaker ${name}: no worker has used it yet.`);
}
