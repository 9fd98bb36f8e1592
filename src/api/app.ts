import express, { type Express } from 'express';
import { AuditLog } from '../access/audit';
import { Keys } from '../access/keys';
import { Owned } from '../access/owned';
import { Sessions } from '../access/sessions';
import type { SubmissionCounts } from '../client/submit/submission-counts';
import { Views } from '../client/views/views';
import { WebhookSecrets } from '../client/webhooks/secrets';
import { Subscriptions } from '../client/webhooks/subscriptions';
import { workerCodec } from '../encryption/data-converter';
import { Admission } from './access/admission';
import { Identification } from './access/identify';
import { OpenTasks } from './access/open-tasks';
import { Ownership } from './access/ownership';
import { Quota } from './access/quota';
import { Rates } from './access/rates';
import { Submissions } from './access/submissions';
import { dashboardRouter, PAGES } from './dashboard';
import type { ApiLimits, ApiOptions, RouteDeps } from './deps';
import { docsRouter } from './docs';
import { codecOrigins } from './http/codec-origins';
import { endUnread } from './http/connections';
import { refuseOtherSites } from './http/guard';
import { answerProblem, noSuchRoute } from './http/problem-response';
import { requestLog } from './http/request-log';
import { securityHeaders } from './http/security-headers';
import { Slots } from './http/slots';
import { LiveWatch } from './live/live-watch';
import { TaskWatches } from './live/task-watches';
import { Metrics } from './metrics';
import { createOpenApi } from './openapi';
import { createRoutes } from './routes';
import { documentRoute } from './routes/document';
import { registerRoutes } from './routing/register';
import { addServiceGauges } from './service-gauges';
import { SignIn } from './sign-in/sign-in';

const LIMITS: ApiLimits = {
  jsonBytes: 8 * 1024 * 1024,
  jsonSeconds: 30,
  waits: 200,
  streams: 500,
  streamSeconds: 3600,
  bulks: 4,
  unreadSeconds: 30,
  keyRate: 100,
  strangerRate: 60,
  openTasks: 50_000,
  keyBytes: 10 * 1024 ** 3,
  tenantBytes: 100 * 1024 ** 3,
  newSchedules: 200,
  newSessions: 1000,
  subscriptions: 300,
  keys: 200,
};

const HOUR = 3600;
const DAY = 86_400;

/** On top of the deadline of one call to Temporal: together they stay under five seconds by default. */
const ANSWER_MARGIN = 0.8;

/**
 * The API as an Express application.
 * @param closing Aborted when the API closes: waits and streams end then.
 * @param counts Where the alerts learn of submissions. Defaults to nowhere.
 */
export function createApp(options: ApiOptions, closing: AbortSignal, counts?: SubmissionCounts): Express {
  const limits = { ...LIMITS, ...options.limits };
  const answerWithin = (options.deadline ?? 4) + ANSWER_MARGIN;
  const metrics = new Metrics(options.registry, counts);
  addServiceGauges(metrics.registry, options.tasks);
  const rates = new Rates(limits.keyRate, limits.strangerRate);
  const deps = routeDeps(options, limits, rates, metrics, answerWithin);
  const routes = createRoutes(deps);
  const ownership = new Ownership(deps.tasks, deps.subscriptions, deps.owned);
  const admission = new Admission(deps.identification, ownership, deps.audit, rates);
  const document = documentRoute(() => createOpenApi([...routes, document]));

  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  if (options.proxies?.length) app.set('trust proxy', [...options.proxies]);
  app.use(
    endUnread(limits.unreadSeconds),
    ...(options.traces ? [options.traces] : []),
    requestLog(options.logger),
    metrics.measure(),
    ...securityHeaders,
    codecOrigins(options.codecOrigins ?? []),
    refuseOtherSites(options.hostNames),
  );
  registerRoutes(app, [...routes, document], {
    json: { bytes: limits.jsonBytes, seconds: limits.jsonSeconds },
    answerWithin,
    admission,
    identification: deps.identification,
    tenantBytes: deps.quotas.tenantBytes,
    closing,
  });
  app.use('/docs', admission.to({ id: 'readDocs', access: { scope: 'read', over: 'nothing' } }), docsRouter());
  app.use(dashboardRouter(options.pages ?? PAGES));
  app.use(noSuchRoute, answerProblem);
  return app;
}

/** The OpenAPI document of what `createApp` makes of the same options. */
export function createDocument(options: ApiOptions): object {
  const answerWithin = (options.deadline ?? 4) + ANSWER_MARGIN;
  const limits = { ...LIMITS, ...options.limits };
  const rates = new Rates(limits.keyRate, limits.strangerRate);
  const routes = createRoutes(routeDeps(options, limits, rates, new Metrics(options.registry), answerWithin));
  return createOpenApi([...routes, documentRoute(() => ({}))]);
}

function routeDeps(
  options: ApiOptions,
  limits: ApiLimits,
  rates: Rates,
  metrics: Metrics,
  answerWithin: number,
): RouteDeps {
  const { tasks, contracts, absent = [], artifacts, maxUploadBytes, categories = {} } = options;
  const { entries } = artifacts;
  const { keys = new Keys(entries), audit = new AuditLog(entries) } = options;
  const [sessions, owned, subscriptions] = [new Sessions(entries), new Owned(entries), new Subscriptions(entries)];
  return {
    keys,
    sessions,
    audit,
    signIn: options.signIn && new SignIn(options.signIn, sessions),
    identification: new Identification(keys, sessions, rates, options.signIn?.groups),
    owned,
    limits,
    quotas: {
      bytes: new Quota(limits.keyBytes, HOUR, 'bytes of files'),
      tenantBytes: new Quota(limits.tenantBytes, DAY, 'bytes of files and submissions', 'tenant'),
      schedules: new Quota(limits.newSchedules, HOUR, 'new schedules'),
      sessions: new Quota(limits.newSessions, HOUR, 'new sessions'),
    },
    submissions: new Submissions(owned, subscriptions, contracts, new OpenTasks(tasks, limits.openTasks)),
    tasks,
    contracts,
    absent,
    artifacts,
    maxUploadBytes,
    categories,
    metrics,
    subscriptions,
    webhookSecrets: new WebhookSecrets(artifacts.entries, options.webhookSecret),
    hookSources: options.hookSources ?? {},
    codec: workerCodec(options.encryption),
    environment: options.environment ?? { name: 'local' },
    live: new LiveWatch(() => tasks.insights.liveCounts()),
    views: new Views(artifacts.entries),
    answerWithin,
    watches: new TaskWatches(tasks, answerWithin),
    waits: new Slots(limits.waits, 'waiting submissions'),
    streams: new Slots(limits.streams, 'event streams'),
    bulks: new Slots(limits.bulks, 'bulk calls'),
  };
}
