import { randomUUID } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import {
  compileUpdatedScheduleOptions,
  encodeScheduleAction,
  encodeSchedulePolicies,
  encodeScheduleSpec,
  encodeScheduleState,
} from '@temporalio/client/lib/schedule-helpers';
import { HoldfastError } from '../../errors';
import type { Gateway } from '../temporal/gateway';
import { openText, sealText } from '../temporal/sealed-text';
import { type ScheduleView, scheduleViewOf } from './schedule-view';

export interface FoundSchedule {
  view: ScheduleView;
  description: ScheduleDescription;
}

export type ScheduleTerms = Pick<ScheduleOptions, 'spec' | 'policies' | 'action' | 'state'>;

/** Marks a schedule as made here, for lists. */
const MARK = 'holdfastSchedule';
/** What cursors of the list are good for. */
const LIST = 'schedules';
const INVALID_ARGUMENT = 3;

/** The server's own records of schedules. Other programs' schedules, and the monitor's, are not seen here. */
export class ScheduleStore {
  constructor(private readonly gateway: Gateway) {}

  async find(id: string): Promise<FoundSchedule | undefined> {
    try {
      const found = await this.gateway.call(() => this.handle(id).describe());
      const description = { ...found, state: { ...found.state, ...(await this.opened(found.state.note)) } };
      const view = scheduleViewOf(description);
      return view && { view, description };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  }

  /** @throws HoldfastError `not-found`. */
  async describe(id: string): Promise<FoundSchedule> {
    const found = await this.find(id);
    if (!found) throw new HoldfastError('not-found', `There is no schedule ${id}.`);
    return found;
  }

  /** One page of IDs; it may be empty although another one follows, where other programs have schedules too. */
  async page(limit: number, cursor: string | undefined): Promise<{ ids: string[]; cursor?: string }> {
    const { namespace, service } = this.gateway;
    const { token } = cursor === undefined ? { token: '' } : await this.gateway.cursors.decode(cursor, LIST);
    const nextPageToken = Buffer.from(token, 'base64url');
    const page = await this.gateway.call(() =>
      service.listSchedules({ namespace, maximumPageSize: limit, nextPageToken }),
    );
    const next = Buffer.from(page.nextPageToken ?? []).toString('base64url');
    const ours = (page.schedules ?? []).filter(({ memo }) => memo?.fields?.[MARK]);
    return {
      ids: ours.map(({ scheduleId }) => scheduleId ?? ''),
      ...(next && { cursor: await this.gateway.cursors.encode({ token: next, offset: 0 }, LIST) }),
    };
  }

  /** @returns False when there is one of this ID. @throws HoldfastError `invalid-request` for times that the server does not take. */
  async create(id: string, terms: ScheduleTerms): Promise<boolean> {
    const state = await this.sealed(terms);
    const options = { ...terms, ...state, scheduleId: id, memo: { [MARK]: true } } as ScheduleOptions;
    try {
      await this.gateway.call(() => this.gateway.client.schedule.create(options));
      return true;
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning) return false;
      throw timesFault(error);
    }
  }

  /** Writes unless somebody else has written since; the server drops it silently then, so read it back. */
  async write({ description }: FoundSchedule, terms: ScheduleTerms): Promise<void> {
    const { namespace, service, client } = this.gateway;
    const { scheduleId, raw } = description;
    const { spec, policies, action, state } = compileUpdatedScheduleOptions(scheduleId, {
      ...terms,
      ...(await this.sealed(terms)),
    } as never);
    const schedule = {
      spec: encodeScheduleSpec(spec),
      action: await encodeScheduleAction(client.options.loadedDataConverter, namespace, action, {}),
      policies: encodeSchedulePolicies(policies),
      state: encodeScheduleState(state),
    };
    const identity = client.options.identity;
    const request = { namespace, scheduleId, schedule, identity, requestId: randomUUID() };
    const conflictToken = raw.conflictToken ?? new Uint8Array();
    try {
      await this.gateway.call(() => service.updateSchedule({ ...request, conflictToken }));
    } catch (error) {
      throw timesFault(error);
    }
  }

  async delete(id: string): Promise<void> {
    await this.gateway.call(() => this.handle(id).delete());
  }

  async setPaused(id: string, paused: boolean, note: string): Promise<void> {
    const sealed = await sealText(this.gateway.client.options.loadedDataConverter, note);
    await this.gateway.call(() => (paused ? this.handle(id).pause(sealed) : this.handle(id).unpause(sealed)));
  }

  /** The server keeps notes as they are. */
  private async sealed({ state }: ScheduleTerms): Promise<Pick<ScheduleTerms, 'state'>> {
    if (!state?.note) return {};
    return { state: { ...state, note: await sealText(this.gateway.client.options.loadedDataConverter, state.note) } };
  }

  private async opened(note: string | undefined): Promise<{ note?: string }> {
    return note ? { note: await openText(this.gateway.client.options.loadedDataConverter, note) } : {};
  }

  private handle(id: string) {
    return this.gateway.client.schedule.getHandle(id);
  }
}

/** The server checks the times once more: it may know other time zones than this process. */
function timesFault(error: unknown): unknown {
  const reason = error instanceof TypeError ? error.message : refusalOf(error);
  if (reason === undefined) return error;
  const pointer = /time ?zone|location/i.test(reason) ? '/timeZone' : '/cron';
  const message = `Temporal does not take these times: ${reason}`;
  return new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] }, { cause: error });
}

/** What the server says is wrong with a request; the SDK's two ways to it wrap that differently. */
function refusalOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code, details, message } = current as { code?: unknown; details?: unknown; message: string };
    if (code === INVALID_ARGUMENT) {
      const text = String(details || message.replace(/^3 INVALID_ARGUMENT:\s*/, ''));
      return text.replace(/^invalid schedule spec:\s*/i, '');
    }
  }
  return undefined;
}
