import type { z } from 'zod';
import type { Handler, HandlerContext } from '../../activities/attempt/handler';
import { WebhookSecrets } from '../../client/webhooks/secrets';
import { Subscriptions } from '../../client/webhooks/subscriptions';
import type { SubscriptionRecord } from '../../protocol/webhook';
import { TaskFailure } from '../../tasks/failures';
import { redactText } from '../../tasks/redact';
import { isSecretRef } from '../../tasks/secret-ref';
import { hostDependency } from '../shared/host-dependency';
import { Poster } from '../shared/post';
import { SafeAddresses } from '../shared/safe-address';
import { ConfiguredSecrets, type SecretResolver } from '../shared/secrets';
import { withoutSecrets } from '../shared/without-secrets';
import { answerFailure, isDelivered, locationOf } from './answer';
import { type WebhookDeliverInput, webhookDeliver } from './contract';
import { recordName, stepOf, webhookIdOf } from './names';
import { noteResult } from './results';

type Output = z.output<typeof webhookDeliver.output>;

export interface WebhookSettings {
  /** Hosts and networks that may be called although they are not public. Defaults to none. */
  allow?: readonly string[];
  /** Master secret of the subscriptions' secrets. Defaults to one that is kept in the artifact store. */
  secret?: string;
  /** Knows the secrets that headers name. Defaults to none. */
  secrets?: SecretResolver;
}

const GONE = 410;
/** Characters of the answer that the result shows. */
const SHOWN = 2000;

/** The handler of `webhook.deliver`. `close` ends its connections. */
export function createWebhookDeliver({ allow, secret, secrets = new ConfiguredSecrets() }: WebhookSettings): {
  handler: Handler<typeof webhookDeliver>;
  close(): Promise<void>;
} {
  const poster = new Poster(new SafeAddresses(allow));
  const handler: Handler<typeof webhookDeliver> = async (input, context) => {
    const before = await context.artifacts.getRecord(recordName(input, context));
    const delivery = new Delivery(input, context, poster, secrets, secret);
    if (before === undefined) return delivery.make();
    context.log.info('an earlier attempt has delivered it');
    return delivery.resume(webhookDeliver.output.parse(before));
  };
  return { handler, close: () => poster.close() };
}

/** One request, and what follows from its answer. */
class Delivery {
  private readonly subscriptions: Subscriptions;

  constructor(
    private readonly input: WebhookDeliverInput,
    private readonly context: HandlerContext,
    private readonly poster: Poster,
    private readonly secrets: SecretResolver,
    private readonly secret: string | undefined,
  ) {
    this.subscriptions = new Subscriptions(context.artifacts.entries);
  }

  async make(): Promise<Output> {
    const { context, input } = this;
    const subscription = await this.subscription();
    const url = new URL('url' in input.to ? input.to.url : (subscription as SubscriptionRecord).url);
    const policy = input.delivered ?? subscription?.delivered ?? '2xx';
    const call = async () => {
      const at = new Date();
      const body = JSON.stringify(input.payload);
      const { headers: asked, used } = await this.askedHeaders(url);
      const address = await this.address(url, used);
      const headers = { ...asked, ...(await this.headers(subscription, at, body)) };
      const note = { input, at, subscription, subscriptions: this.subscriptions, context };
      const answered = await this.poster
        .post({ url: address, headers, body, timeout: input.timeout, signal: context.signal })
        .catch(async (error: unknown) => {
          await noteResult(note, { error: String((error as Error)?.message ?? error) });
          throw error;
        });
      // A receiver may send back what it got.
      const answer = {
        ...answered,
        body: withoutSecrets(answered.body, used),
        location: withoutSecrets(locationOf(answered), used),
      };
      const { status, bytes, truncated } = answer;
      context.log.info('the receiver answered', { status, bytes });
      const isGone = status === GONE && subscription !== undefined;
      if (!isDelivered(status, policy)) {
        await noteResult(note, { status });
        if (isGone) await this.disable(subscription.id);
        throw answerFailure(url, answer);
      }
      // There was an answer that counts: nothing that goes wrong from here on may lead to a second request.
      const output = await this.keep({
        status,
        webhookId: webhookIdOf(input, context),
        at: at.toISOString(),
        durationMs: Date.now() - at.getTime(),
        body: redactText(answer.body.slice(0, SHOWN)),
        bytes,
        truncated,
        signed: subscription !== undefined,
        saved: true,
        ...(isGone && { disabled: true as const }),
      });
      const noted = await noteResult(note, { status });
      return this.resume({ ...output, saved: output.saved && noted });
    };
    return context.guard(hostDependency(url), call, { perTenant: true });
  }

  /** What is left to do once the answer has been written down. */
  async resume(output: Output): Promise<Output> {
    const { to } = this.input;
    if (output.disabled && 'subscription' in to) await this.disable(to.subscription);
    return output;
  }

  private async subscription(): Promise<SubscriptionRecord | undefined> {
    const { to } = this.input;
    if ('url' in to) return undefined;
    const found = await this.subscriptions.find(to.subscription);
    if (!found) {
      const removed = await this.subscriptions.removed(to.subscription);
      const why = removed ? ` It was removed (${removed.by}: ${removed.reason}).` : '';
      throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no subscription ${to.subscription}.${why}`);
    }
    if (found.enabled) return found;
    const { by = '', reason = '' } = found.disabled ?? {};
    const message = `The subscription ${found.id} is disabled (${by}: ${reason}). Enable it, then retry the task.`;
    throw new TaskFailure('PERMANENT_PERMISSION', message);
  }

  /** The headers that the input asks for, and the secrets among them. */
  private async askedHeaders(url: URL): Promise<{ headers: Record<string, string>; used: string[] }> {
    const headers: Record<string, string> = {};
    const used: string[] = [];
    for (const [name, value] of Object.entries(this.input.headers ?? {})) {
      const secret = isSecretRef(value) ? await this.secrets.resolve(value.secretRef, url, this.context) : undefined;
      headers[name] = secret ?? String(value);
      if (secret !== undefined) used.push(secret, ...credentialsOf(secret));
    }
    return { headers, used };
  }

  /** Where the request goes; a path that is a secret joins the others. */
  private async address(url: URL, used: string[]): Promise<URL> {
    const { to } = this.input;
    if (!('path' in to)) return url;
    const { secretRef } = to.path;
    const path = await this.secrets.resolve(secretRef, url, this.context);
    const address = new URL(url);
    const [, before = path, query = ''] = /^([^?]*)(.*)$/.exec(path) ?? [];
    address.pathname = before;
    address.search = query;
    // Receivers name the path as they got it, or what follows its slash.
    const sent = address.pathname + address.search;
    used.push(path, sent, ...[path.slice(1), sent.slice(1)].filter(({ length }) => length > 3));
    return address;
  }

  private async headers(
    subscription: SubscriptionRecord | undefined,
    at: Date,
    body: string,
  ): Promise<Record<string, string>> {
    const { context, input } = this;
    const id = webhookIdOf(input, context);
    const secrets = new WebhookSecrets(context.artifacts.entries, this.secret);
    return {
      'Content-Type': 'application/json',
      'User-Agent': 'Holdfast',
      'Idempotency-Key': context.effectKey(stepOf(input)),
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      ...(subscription && { 'webhook-signature': await secrets.sign(subscription, id, at, body) }),
    };
  }

  private async disable(id: string): Promise<void> {
    const { context } = this;
    const reason = 'the receiver answered 410 Gone';
    try {
      const record = await this.subscriptions.find(id);
      if (!record) return;
      if (record.whenGone === 'remove') await this.subscriptions.remove(id, context.taskId, reason);
      else await this.subscriptions.disable(id, context.taskId, reason);
      const done = record.whenGone === 'remove' ? 'removed' : 'disabled';
      context.log.warn(`the receiver is gone: the subscription is ${done}`, { subscription: id });
    } catch (error) {
      context.log.error('the subscription could not be disabled', { error: String(error) });
    }
  }

  /** Writes the answer down for an attempt that may follow if this worker dies now. */
  private async keep(output: Output): Promise<Output> {
    const { context, input } = this;
    try {
      return webhookDeliver.output.parse(await context.artifacts.putRecord(recordName(input, context), output));
    } catch (error) {
      const message = `The receiver answered ${output.status}, but that could not be written down`;
      context.log.error(message, { error: String(error) });
      return { ...output, saved: false };
    }
  }
}

/** What a receiver may repeat of `Bearer …` and `Basic …`: the part behind the scheme, and the password in it. */
function credentialsOf(header: string): string[] {
  const [, scheme = '', rest = ''] = /^([\w-]+) +(\S.*)$/.exec(header) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [rest].filter(Boolean);
  const [, password = ''] = /:(.*)$/s.exec(Buffer.from(rest, 'base64').toString()) ?? [];
  return [rest, password].filter(Boolean);
}
