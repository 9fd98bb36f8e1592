import { type Caller, may, tenantFor } from '../../access/caller';
import type { Owned } from '../../access/owned';
import { hashesIn } from '../../artifacts/store';
import type { Subscriptions } from '../../client/webhooks/subscriptions';
import { HoldfastError } from '../../errors';
import type { Contract } from '../../tasks/contract';
import { payloadHash } from '../../tasks/keys';
import type { PolicyOverride } from '../../tasks/policy-override';
import { takingTurns } from '../../turns';
import type { OpenTasks } from './open-tasks';

/** What of a submission depends on who makes it. */
interface Work {
  type?: unknown;
  key?: unknown;
  tenant?: unknown;
  tags?: unknown;
  policy?: unknown;
  input?: unknown;
  result?: unknown;
  notify?: unknown;
  /** A file with the members of a batch. */
  members?: unknown;
  runAt?: unknown;
  delay?: unknown;
}

/** Tags that say how a task came to be: only Holdfast itself sets them. */
const RESERVED = /^(webhook|schedule|parent|batch):/;
const MONTH = 30 * 86_400;
const MOST_ATTEMPTS = 20;
const MOST_REDRIVES = 20;
const SUBSCRIPTION = /sub_[0-9a-z]{26}/g;

/** Makes work a caller's: its tenant, its task types, its files and subscriptions, and what of a policy it may say. */
export class Submissions {
  constructor(
    private readonly owned: Owned,
    private readonly subscriptions: Subscriptions,
    private readonly contracts: readonly Contract[],
    private readonly openTasks: OpenTasks,
  ) {}

  /**
   * @returns The same with the caller's tenant.
   * @throws HoldfastError `forbidden`, `invalid-request` with a pointer.
   */
  async by<W extends Work>(caller: Caller, work: W): Promise<W & { tenant?: string; key?: string }> {
    const { type, tags, policy, runAt, delay } = work;
    if (typeof type === 'string' && !may(caller, 'submit', type) && !may(caller, 'operate', type)) {
      throw new HoldfastError('forbidden', `This key may not submit ${type}.`);
    }
    // What is no name stays, to be refused like everybody's.
    const misnamed = work.tenant !== undefined && typeof work.tenant !== 'string';
    const tenant = misnamed ? undefined : tenantFor(caller, work.tenant as string | undefined);
    if (Array.isArray(tags)) checkTags(tags);
    const operates = may(caller, 'operate', typeof type === 'string' ? type : undefined);
    if (!operates) checkPolicy(policy as PolicyOverride | undefined);
    if (!operates) checkTime(runAt, delay);
    await this.checkReferences(caller, work);
    const key = this.ownKey(caller, work);
    return { ...work, ...(tenant !== undefined && { tenant }), ...(key !== undefined && { key }) };
  }

  /** The same for each of a list, as it came: what is no submission is left to be refused. */
  async each(caller: Caller, list: readonly unknown[], root: string): Promise<unknown[]> {
    const all: unknown[] = [];
    const giveWay = takingTurns();
    for (const [index, one] of list.entries()) {
      all.push(await this.at(caller, one, `${root}/${index}`));
      await giveWay();
    }
    return all;
  }

  /** The same for one of unknown shape. */
  async at(caller: Caller, work: unknown, pointer: string): Promise<unknown> {
    if (typeof work !== 'object' || work === null || Array.isArray(work)) return work;
    try {
      return await this.by(caller, work as Work);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const issues = error.extra.issues?.map((issue) => ({ ...issue, pointer: pointer + issue.pointer }));
      throw new HoldfastError(error.code, `${pointer}: ${error.message}`, {
        ...error.extra,
        ...(issues && { issues }),
      });
    }
  }

  /** Where equal inputs are one task for everybody, they are one for each tenant all the same. */
  private ownKey({ tenant }: Caller, { type, key, input }: Work): string | undefined {
    const contract = this.contracts.find((one) => one.type === type);
    if (tenant === undefined || key !== undefined || contract?.keyFrom !== 'input') return undefined;
    return contract.keyScope === 'global' ? `input:${payloadHash(contract.type, input)}` : undefined;
  }

  /** Before new work of a caller begins. @throws Problem `too-many-requests` when its tenant has too many open tasks. */
  async mustHaveRoom({ tenant }: Caller, more = 1): Promise<void> {
    if (tenant !== undefined) await this.openTasks.check(tenant, more);
  }

  /**
   * A tenant's work names the tenant's own files and subscriptions only: others are not there for it.
   * @throws HoldfastError `invalid-request`.
   */
  async checkReferences({ tenant }: Caller, { input, result, notify, members }: Work): Promise<void> {
    if (tenant === undefined) return;
    for (const [field, value] of Object.entries({ input, result, notify, members })) {
      const text = value === undefined ? '' : JSON.stringify(value);
      for (const hash of hashesIn(text)) {
        if (!(await this.owned.has('file', tenant, hash))) throw missing(field, `There is no file ${hash}.`);
      }
      for (const id of new Set(text.match(SUBSCRIPTION))) {
        const found = await this.subscriptions.find(id);
        if (found?.tenant !== tenant) throw missing(field, `There is no subscription ${id}.`);
      }
    }
  }
}

function checkTags(tags: readonly unknown[]): void {
  const index = tags.findIndex((tag) => typeof tag === 'string' && RESERVED.test(tag));
  if (index >= 0)
    throw missing(
      `tags/${index}`,
      'Tags that begin with webhook:, schedule:, parent: or batch: are set by Holdfast only.',
    );
}

/** Who may submit may not keep workers busy for months. */
function checkPolicy(policy: PolicyOverride | undefined): void {
  if (typeof policy !== 'object' || policy === null) return;
  const { queue, attempts = 0, redrives = {}, ...rest } = policy;
  const need = (field: string) => new HoldfastError('forbidden', `policy/${field} needs the scope operate.`);
  if (queue !== undefined) throw need('queue');
  if (attempts > MOST_ATTEMPTS) throw need('attempts');
  const delays = Object.values(redrives).flat();
  if (delays.length > MOST_REDRIVES || delays.some((delay) => Number(delay) > MONTH)) throw need('redrives');
  for (const [field, value] of Object.entries(rest)) if (Number(value) > MONTH) throw need(field);
}

function checkTime(runAt: unknown, delay: unknown): void {
  const seconds = typeof runAt === 'string' ? (Date.parse(runAt) - Date.now()) / 1000 : Number(delay ?? 0);
  if (seconds > MONTH) throw new HoldfastError('forbidden', 'More than 30 days ahead needs the scope operate.');
}

function missing(field: string, message: string): HoldfastError {
  return new HoldfastError('invalid-request', message, { issues: [{ pointer: `/${field}`, message }] });
}
