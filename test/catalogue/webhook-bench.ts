import { runVerifier, type VerifyRequest } from '../../src/activities/attempt/run-verifier';
import type { Verification } from '../../src/activities/attempt/verify';
import { createContracts, createHandlers } from '../../src/catalogue';
import { ConfiguredSecrets } from '../../src/catalogue/shared/secrets';
import { webhookDeliver } from '../../src/catalogue/webhook-deliver/contract';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { Subscriptions } from '../../src/client/webhooks/subscriptions';
import type { SecretSources } from '../../src/tasks/secret-ref';
import { Harness } from '../support/harness';
import { WebhookReceiver } from '../support/servers/webhook-receiver';

const contracts = createContracts();
/** The environment in which the names of `secretRef` are looked up. */
const SECRET_ENV = {
  API_TOKEN: 'Bearer abc.def',
  ROOM: '/services/T0/B0?key=x%20y',
  ESCAPE: '//evil.example/@there',
};
const ONE_ATTEMPT = { attempts: 1, redrives: { configuration: [], external: [], transient: [], unknown: [] } };

/** A worker that delivers webhooks to this machine, and a receiver of them. */
export class WebhookBench {
  readonly tasks: TaskClient;
  readonly subscriptions: Subscriptions;
  /** What `secretRef` may name; tests fill it. */
  readonly secrets: SecretSources = {};
  private readonly catalogues: ReturnType<typeof createHandlers>[] = [];

  private constructor(
    readonly harness: Harness,
    readonly receiver: WebhookReceiver,
  ) {
    const { temporal: client, artifacts } = harness;
    this.tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
    this.subscriptions = new Subscriptions(artifacts.entries);
  }

  static async start(): Promise<WebhookBench> {
    const bench = new WebhookBench(await Harness.start(), await WebhookReceiver.start());
    await bench.startWorker('default', ['127.0.0.0/8']);
    return bench;
  }

  /** Starts a worker of a queue. @param allow Addresses that it may call although they are not public. */
  async startWorker(queue: string, allow: string[]): Promise<void> {
    const catalogue = createHandlers({
      maxPixels: 1000,
      webhooks: { allow, secrets: new ConfiguredSecrets(this.secrets, SECRET_ENV) },
    });
    this.catalogues.push(catalogue);
    await this.harness.startWorkers({ contracts, handlers: catalogue.handlers, queues: [queue] });
  }

  /** For each test anew: nothing is logged, and every request is answered 200 "ok". */
  reset(): void {
    this.receiver.log.length = 0;
    this.receiver.answers((response) => void response.end('ok'));
  }

  /** @param policy Defaults to one attempt and no redrive. */
  async deliver(input: object, policy: object = ONE_ATTEMPT): Promise<TaskView> {
    const { wait } = await this.tasks.submit({ type: 'webhook.deliver', input, policy });
    return wait(60);
  }

  /** What the task type's verifier says of a task. */
  async verify(task: VerifyRequest): Promise<Verification> {
    const verifier = this.catalogues[0]?.verifiers['webhook.deliver'];
    return runVerifier(webhookDeliver, verifier, task, { artifacts: this.harness.artifacts });
  }

  async close(): Promise<void> {
    await this.receiver.close();
    for (const { close } of this.catalogues) await close();
    await this.harness.close();
  }
}
