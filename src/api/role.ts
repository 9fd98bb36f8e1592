import { Client, type ConnectionLike } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { App } from '../app/app';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import type { Config } from '../config';
import { clientConverter } from '../encryption/data-converter';
import { StartError } from '../errors';
import { queuesOf } from '../tasks/queues';
import type { Tracing } from '../tracing';
import { identity } from '../version';
import type { ApiOptions } from './deps';
import { environmentOf } from './environment';
import { type RunningApi, startApi } from './start';

/** How the API reaches Temporal. */
export interface ApiTemporal {
  connection: ConnectionLike;
  namespace: string;
  /** Whether workers of this process, on the same connection, may take tasks right from the start's answer. */
  eagerStart?: boolean;
}

/**
 * Starts the API role of an app as its settings say.
 * @param options Where metrics are collected, which defaults to a registry of the API's own, and where traces go.
 * @throws StartError when its port is in use.
 */
export async function startApiRole(
  app: App,
  { connection, namespace, eagerStart = false }: ApiTemporal,
  logger: Logger,
  { registry, tracing }: { registry?: Registry; tracing?: Tracing | undefined } = {},
): Promise<RunningApi> {
  const { absent, categories, config } = app;
  const deadline = config.HOLDFAST_TEMPORAL_DEADLINE;
  for (const one of absent) logger.warn(one, 'a task type is not offered');
  const contracts = app.contracts.filter(({ type }) => !absent.some((one) => one.type === type));
  const artifacts = openArtifactStore(config, app.keys);
  const dataConverter = clientConverter(app.keys);
  const interceptors = tracing?.client;
  const client = new Client({
    connection,
    namespace,
    identity: identity('api'),
    dataConverter,
    ...(interceptors && { interceptors }),
  });
  return startApi({
    host: config.HOLDFAST_HOST,
    port: config.HOLDFAST_PORT,
    tasks: new TaskClient({
      client,
      contracts,
      absent,
      artifacts,
      categories,
      controlQueue: app.controlQueue,
      deadline,
      keepDays: config.keep.completed,
      queues: [...new Set([...queuesOf(contracts, categories), ...config.HOLDFAST_QUEUES])].sort(),
      eagerStart,
      ...(config.HOLDFAST_PUBLIC_URL && { publicUrl: config.HOLDFAST_PUBLIC_URL }),
    }),
    contracts,
    absent,
    artifacts,
    categories,
    deadline,
    logger,
    environment: environmentOf(config, namespace),
    hookSources: config.HOLDFAST_HOOK_SOURCES,
    encryption: app.keys,
    codecOrigins: codecOriginsOf(config),
    ...accessOf(config),
    ...signInOf(config),
    maxUploadBytes: config.HOLDFAST_MAX_UPLOAD_BYTES,
    ...(config.HOLDFAST_WEBHOOK_SECRET && { webhookSecret: config.HOLDFAST_WEBHOOK_SECRET }),
    ...(registry && { registry }),
    ...(tracing && { traces: tracing.requests }),
  });
}

/** The Web UI to which the dashboard links is the operators' own; on loopback people call it by either name. */
function codecOriginsOf({ HOLDFAST_CODEC_ORIGINS: given, HOLDFAST_TEMPORAL_UI: ui }: Config): readonly string[] {
  if (given.length > 0 || ui === undefined) return given;
  const { origin } = new URL(ui);
  return [origin, origin.replace('//127.0.0.1', '//localhost')];
}

/** @throws StartError when something of it is missing. */
function signInOf(config: Config): Pick<ApiOptions, 'signIn'> {
  const { HOLDFAST_OIDC_ISSUER: issuer, HOLDFAST_OIDC_CLIENT_ID: clientId, HOLDFAST_OIDC_GROUPS: groups } = config;
  const { HOLDFAST_OIDC_CLIENT_SECRET: clientSecret, HOLDFAST_PUBLIC_URL: publicUrl } = config;
  if (issuer === undefined && clientId === undefined) return {};
  if (issuer === undefined || clientId === undefined || Object.keys(groups).length === 0) {
    throw new StartError(
      'HOLDFAST_OIDC_ISSUER, HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_GROUPS belong together: set all, or none.',
    );
  }
  const signIn = {
    issuer,
    clientId,
    groups,
    scope: config.HOLDFAST_OIDC_SCOPE,
    groupsClaim: config.HOLDFAST_OIDC_GROUPS_CLAIM,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(publicUrl !== undefined && { publicUrl }),
  };
  return { signIn };
}

function accessOf(config: Config): Pick<ApiOptions, 'hostNames' | 'proxies' | 'tls' | 'limits'> {
  const { HOLDFAST_TLS_CERT: cert, HOLDFAST_TLS_KEY: key, HOLDFAST_KEY_RATE: keyRate } = config;
  if ((cert === undefined) !== (key === undefined)) {
    throw new StartError('HOLDFAST_TLS_CERT and HOLDFAST_TLS_KEY belong together: set both, or none.');
  }
  return {
    hostNames: config.HOLDFAST_HOST_NAMES,
    proxies: config.HOLDFAST_PROXIES,
    limits: {
      keyRate,
      openTasks: config.HOLDFAST_TENANT_TASKS,
      keyBytes: config.HOLDFAST_KEY_BYTES,
      tenantBytes: config.HOLDFAST_TENANT_BYTES,
    },
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
  };
}
