import type { PayloadCodec } from '@temporalio/common';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AuditLog } from '../access/audit';
import type { Keys } from '../access/keys';
import type { Owned } from '../access/owned';
import type { Sessions } from '../access/sessions';
import type { ArtifactStore } from '../artifacts/store';
import type { TaskClient } from '../client/task-client';
import type { Views } from '../client/views/views';
import type { WebhookSecrets } from '../client/webhooks/secrets';
import type { Subscriptions } from '../client/webhooks/subscriptions';
import type { KeyRing } from '../encryption/key-ring';
import type { AbsentType, Contract } from '../tasks/contract';
import type { CategoryOverrides } from '../tasks/policy-override';
import type { HookSources } from '../tasks/received-webhook';
import type { Identification } from './access/identify';
import type { Quota } from './access/quota';
import type { Submissions } from './access/submissions';
import type { EnvironmentInfo } from './environment';
import type { Slots } from './http/slots';
import type { LiveWatch } from './live/live-watch';
import type { TaskWatches } from './live/task-watches';
import type { Metrics } from './metrics';
import type { SignIn, SignInOptions } from './sign-in/sign-in';

/** What the API is made from. */
export interface ApiOptions {
  tasks: TaskClient;
  contracts: readonly Contract[];
  /** Task types that are not offered, and why. Defaults to none. */
  absent?: readonly AbsentType[];
  artifacts: ArtifactStore;
  logger: Logger;
  /** Largest uploaded file, in bytes. */
  maxUploadBytes: number;
  /** Changes to the category policies. Defaults to none. */
  categories?: CategoryOverrides;
  /** Longest time for one call to Temporal, in seconds; the API answers at most 0.8 s later. Defaults to 4. */
  deadline?: number;
  /** Where metrics are collected. Defaults to a registry of the API's own, with the process's metrics. */
  registry?: Registry;
  /** Makes a span of every request. Defaults to nothing. */
  traces?: RequestHandler;
  /** Master secret of the webhook subscriptions' secrets. Defaults to one that is kept in the artifact store. */
  webhookSecret?: string;
  /** Who may send webhooks, with their secrets. Defaults to nobody. */
  hookSources?: HookSources;
  /** Seconds between two reports of submissions to the alerts. Defaults to 60. */
  reportInterval?: number;
  /** What this place is called. Defaults to `local`. */
  environment?: EnvironmentInfo;
  /** Folder of the built dashboard. Defaults to the one that the build makes. */
  pages?: string;
  limits?: Partial<ApiLimits>;
  /** Who may come in. Defaults to the keys in the artifact store. */
  keys?: Keys;
  /** How people sign in with an account of their organisation. Defaults to not at all. */
  signIn?: SignInOptions;
  /** Where writes are noted. Defaults to the artifact store. */
  audit?: AuditLog;
  /** Names by which others know this API, besides those of loopback. Defaults to none. */
  hostNames?: readonly string[];
  /** Addresses and networks of proxies whose forwarded headers count. Defaults to none. */
  proxies?: readonly string[];
  /** Encrypts payloads. Defaults to none. */
  encryption?: KeyRing | undefined;
  /** Origins of Temporal's Web UI, whose pages may have payloads decrypted. Defaults to none. */
  codecOrigins?: readonly string[];
  /** Certificate and private key in PEM; with them the API speaks TLS. Defaults to plain HTTP. */
  tls?: { cert: string; key: string };
}

/** What the API takes at once, and at most. */
export interface ApiLimits {
  /** Longest JSON body, in bytes. Defaults to 8 MiB. */
  jsonBytes: number;
  /** Longest time for a JSON body to arrive, in seconds. Defaults to 30. */
  jsonSeconds: number;
  /** Requests with `Prefer: wait` at once. Defaults to 200. */
  waits: number;
  /** Open event streams. Defaults to 500. */
  streams: number;
  /** Longest life of an event stream, in seconds: its caller connects again. Defaults to 3600. */
  streamSeconds: number;
  /** Longest time in which a caller takes no byte of its answer, in seconds. Defaults to 30. */
  unreadSeconds: number;
  /** Requests of one key in a second, on the average of ten; each API process counts for itself. Defaults to 100. */
  keyRate: number;
  /** Requests without a key that holds, of one address in a minute; likewise. Defaults to 60. */
  strangerRate: number;
  /** Open tasks of one tenant. Defaults to 50,000. */
  openTasks: number;
  /** Bytes of files that one key may upload in an hour; each API process counts for itself. Defaults to 10 GiB. */
  keyBytes: number;
  /** Bytes of files and bodies that one tenant may submit in a day; likewise. Defaults to 100 GiB. */
  tenantBytes: number;
  /** Schedules that one key may make in an hour; each API process counts for itself. Defaults to 200. */
  newSchedules: number;
  /** Sessions that may be started with one key in an hour; likewise. Defaults to 1,000. */
  newSessions: number;
  /** Enabled subscriptions of one tenant; three times as many with disabled ones. Defaults to 300. */
  subscriptions: number;
  /** API keys of one tenant that hold. Defaults to 200. */
  keys: number;
  /** Bulk submissions, previews of bulk actions, exports and reports at once. Defaults to 4. */
  bulks: number;
}

/** What routes work with. */
export interface RouteDeps
  extends Required<Pick<ApiOptions, 'tasks' | 'contracts' | 'absent' | 'artifacts' | 'maxUploadBytes' | 'categories'>> {
  metrics: Metrics;
  keys: Keys;
  sessions: Sessions;
  audit: AuditLog;
  /** Absent where people have no accounts. */
  signIn: SignIn | undefined;
  identification: Identification;
  /** Which files, batches and bulk actions are whose. */
  owned: Owned;
  limits: ApiLimits;
  /** What one key may upload, how many schedules it may make, and what a tenant's keys may submit together. */
  quotas: { bytes: Quota; schedules: Quota; sessions: Quota; tenantBytes: Quota };
  /** Makes submissions their caller's. */
  submissions: Submissions;
  subscriptions: Subscriptions;
  webhookSecrets: WebhookSecrets;
  hookSources: HookSources;
  codec: PayloadCodec;
  environment: EnvironmentInfo;
  watches: TaskWatches;
  live: LiveWatch;
  views: Views;
  waits: Slots;
  streams: Slots;
  bulks: Slots;
  /** Seconds within which a route answers when Temporal is slow. */
  answerWithin: number;
}
