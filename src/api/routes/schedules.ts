import { z } from 'zod';
import { type Caller, may, sees, signature } from '../../access/caller';
import { HoldfastError } from '../../errors';
import { scheduleChangeSchema, scheduleOrderSchema } from '../../tasks/schedule-definition';
import type { RouteDeps } from '../deps';
import { type AnswerDoc, defineRoute, type Route } from '../routing/route';
import { given, paging } from '../schemas/filters';
import { pathName, wholeNumber } from '../schemas/parameters';
import { either, onlyWith, stating } from '../schemas/rules';
import {
  backfillOrder,
  backfillReportSchema,
  pauseOrder,
  schedulePageSchema,
  scheduleReportSchema,
  scheduleSchema,
  triggeredSchema,
  triggerOrder,
} from '../schemas/schedule';
import { documentedWork } from '../schemas/submission';
import { TEMPORAL, taskUrl } from './answers';

const params = z.object({ id: pathName.describe('ID of the schedule.') });
const tag = 'Schedules';
/** In seconds. */
const SHORTEST_INTERVAL = 10;
const MISSING = [...TEMPORAL, 'not-found'] as const;
const CHECKED = ['unknown-task-type', 'window-too-long', 'too-large'] as const;

const TIMES = [either('cron', 'every'), onlyWith('timeZone', 'cron'), onlyWith('offset', 'every')];
const documentedChange = scheduleChangeSchema.clone().meta(
  stating({
    not: { required: ['cron', 'every'], properties: { cron: { type: 'string' }, every: { type: 'integer' } } },
  }),
);

/** Schedules: what they are, and what the clock does with them. */
export function scheduleRoutes(deps: RouteDeps): Route[] {
  const { submissions, quotas } = deps;
  const { schedules } = deps.tasks;
  const [contract] = deps.contracts;
  const work = { type: contract?.type, input: contract?.example };
  return [
    defineRoute({
      method: 'post',
      path: '/v1/schedules',
      id: 'createSchedule',
      access: { scope: 'operate', over: 'own' },
      tag,
      summary: 'Create a schedule: a task at every time of a cron expression or interval',
      description: 'Creating it again as it is changes nothing.',
      body: scheduleOrderSchema,
      documentedBody: documentedWork(deps.contracts, scheduleOrderSchema.shape, ...TIMES).meta({ id: 'ScheduleOrder' }),
      examples: {
        cron: { id: 'nightly', cron: '30 2 * * *', timeZone: 'Europe/Berlin', ...work },
        interval: { id: 'mailer', every: 1620, jitter: 60, ...work },
      },
      answers: {
        201: { ...one('It is there now.'), headers: { Location: 'Address of the schedule.' } },
        200: { ...one('It was there already.'), headers: { 'Idempotency-Replayed': 'true.' } },
      },
      problems: [...TEMPORAL, ...CHECKED, 'already-exists', 'too-many-requests'],
      handle: async ({ body }, { caller, response }) => {
        checkInterval(caller, body.every);
        await quotas.schedules.check(caller, 1, response);
        const { key: _none, ...own } = await submissions.by(caller, body);
        const { schedule, duplicate } = await schedules.create(own);
        if (!duplicate) await quotas.schedules.take(caller, 1);
        const headers = duplicate ? { 'Idempotency-Replayed': 'true' } : { Location: scheduleUrl(schedule.id) };
        return { status: duplicate ? 200 : 201, headers, body: schedule };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/schedules',
      id: 'listSchedules',
      access: { scope: 'read', over: 'own' },
      tag,
      summary: 'List the schedules',
      description: "The list lags by a moment. Other programs' Temporal Schedules are not in it.",
      query: z.strictObject(paging),
      answers: { 200: { description: 'A page.', content: { 'application/json': schedulePageSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }, { caller }) => {
        const page = await schedules.list(given(query));
        const own = page.schedules.filter(({ tenant, type }) => sees(caller, tenant) && may(caller, 'read', type));
        return { status: 200, body: { ...page, schedules: own } };
      },
    }),
    checkRoute(deps),
    defineRoute({
      method: 'get',
      path: '/v1/schedules/{id}',
      id: 'readSchedule',
      access: { scope: 'read', over: 'schedule' },
      tag,
      summary: 'Read a schedule: its times, its last and next runs',
      params,
      answers: { 200: one('The schedule.') },
      problems: MISSING,
      handle: async ({ params: { id } }) => ({ status: 200, body: await schedules.read(id) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/v1/schedules/{id}',
      id: 'changeSchedule',
      access: { scope: 'operate', over: 'schedule' },
      tag,
      summary: 'Change what is named of a schedule, and keep the rest',
      description: 'null takes a setting away. Runs that have started are not touched. ID, type and tenant stay.',
      params,
      body: scheduleChangeSchema,
      documentedBody: documentedChange,
      examples: { 'every 27 minutes': { every: 1620, offset: 120 }, 'no jitter': { jitter: null } },
      answers: { 200: one('The schedule as it is now.') },
      problems: [...MISSING, ...CHECKED],
      handle: async ({ params: { id }, body }, { caller }) => {
        checkInterval(caller, body.every);
        const { tenant: _stays, key: _none, ...own } = await submissions.by(caller, body);
        return { status: 200, body: await schedules.update(id, own) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/schedules/{id}',
      id: 'deleteSchedule',
      access: { scope: 'operate', over: 'schedule' },
      tag,
      summary: 'Delete a schedule; runs that have started go on',
      params,
      answers: { 204: { description: 'It is gone.' } },
      problems: MISSING,
      handle: async ({ params: { id } }) => {
        await schedules.delete(id);
        return { status: 204 };
      },
    }),
    ...orderRoutes(deps),
  ];
}

/** What a person may order of a schedule. */
function orderRoutes({ tasks: { schedules }, bulks }: RouteDeps): Route[] {
  return [
    ...(['pause', 'resume'] as const).map((name) =>
      defineRoute({
        method: 'post',
        path: `/v1/schedules/{id}/${name}`,
        id: `${name}Schedule`,
        access: { scope: 'operate', over: 'schedule' },
        tag,
        summary: name === 'pause' ? 'Stop the fires of a schedule' : 'Let a schedule fire again',
        description: 'Fires that fall in a pause are not made up for; a backfill can do that.',
        params,
        body: pauseOrder,
        answers: { 200: one('The schedule as it is now.') },
        problems: MISSING,
        handle: async ({ params: { id }, body: { note } }, { caller }) => ({
          status: 200,
          body: await schedules[name](id, note ?? `${name}d by ${signature(caller) ?? 'somebody'} through the API`),
        }),
      }),
    ),
    defineRoute({
      method: 'post',
      path: '/v1/schedules/{id}/trigger',
      id: 'triggerSchedule',
      access: { scope: 'operate', over: 'schedule' },
      tag,
      summary: "Run a schedule's task now, also while it is paused",
      params,
      body: triggerOrder,
      answers: {
        202: {
          description: 'It runs, or was there already.',
          content: { 'application/json': triggeredSchema },
          headers: { Location: 'Address of the task.' },
        },
      },
      problems: [...MISSING, 'state-conflict'],
      handle: async ({ params: { id }, body }) => {
        const triggered = await schedules.trigger(id, given(body));
        return { status: 202, headers: { Location: taskUrl({ id: triggered.taskId }) }, body: triggered };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/schedules/{id}/backfill',
      id: 'backfillSchedule',
      access: { scope: 'operate', over: 'schedule' },
      tag,
      summary: 'Make up for the missed times of a range',
      description: 'Each time that has no task gets one; repeating the call makes none.',
      params,
      body: backfillOrder,
      examples: { 'last night': { from: '2030-01-31T00:00:00Z', to: '2030-01-31T06:00:00Z', spacing: 60 } },
      answers: {
        202: { description: 'They are started.', content: { 'application/json': backfillReportSchema } },
      },
      problems: [...MISSING, 'state-conflict', 'too-many-requests'],
      unhurried: true,
      handle: async ({ params: { id }, body }, { caller }) => ({
        status: 202,
        body: await bulks.use(
          () => schedules.backfill(id, { ...given(body), from: body.from, to: body.to }),
          caller.actor?.id,
        ),
      }),
    }),
  ];
}

function checkRoute({ tasks: { schedules }, bulks }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/schedules/check',
    id: 'checkSchedules',
    access: { scope: 'operate', over: 'installation' },
    tag,
    summary: 'Look for overlaps, hot spots and the like in all schedules',
    query: z.strictObject({
      days: wholeNumber(1, 31).default(1).describe('Days ahead to look at. Defaults to 1.'),
    }),
    answers: { 200: { description: 'What was found.', content: { 'application/json': scheduleReportSchema } } },
    problems: [...TEMPORAL, 'too-many-requests'],
    unhurried: true,
    handle: async ({ query: { days } }, { caller }) => ({
      status: 200,
      body: await bulks.use(() => schedules.check(days), caller.actor?.id),
    }),
  });
}

/** A schedule of a key may not keep the workers busy by itself. */
function checkInterval(caller: Caller, every: number | null | undefined): void {
  if (every === undefined || every === null || every >= SHORTEST_INTERVAL || may(caller, 'admin')) return;
  const message = `Schedules of fewer than ${SHORTEST_INTERVAL} seconds need the scope admin.`;
  throw new HoldfastError('invalid-request', message, { issues: [{ pointer: '/every', message }] });
}

function one(description: string): AnswerDoc {
  return { description, content: { 'application/json': scheduleSchema } };
}

function scheduleUrl(id: string): string {
  return `/v1/schedules/${encodeURIComponent(id)}`;
}
