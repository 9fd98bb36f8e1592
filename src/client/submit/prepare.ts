import { setImmediate } from 'node:timers/promises';
import { storeIfLarge } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import type { BatchMembership } from '../../protocol/membership';
import type { Policy } from '../../protocol/task';
import type { WebhookTarget } from '../../protocol/webhook';
import { boundedParse } from '../../tasks/bounded-parse';
import type { Contract } from '../../tasks/contract';
import {
  isValidKey,
  MAX_KEY_LENGTH,
  newGeneration,
  newNonce,
  newTaskId,
  payloadHash,
  taskIdForKey,
} from '../../tasks/keys';
import { resolvePolicy } from '../../tasks/policy';
import { type CategoryOverrides, type PolicyOverride, policyOverrideSchema } from '../../tasks/policy-override';
import { notifySchema } from '../../tasks/webhook-target';
import { fault, issuesOf } from './issues';
import { isName, LONGEST_NAME } from './names';
import type { StartRequest } from './start-request';

/** What a caller asks for. */
export interface Submission {
  type: string;
  input: unknown;
  /** Idempotency key: 1 to 255 printable ASCII characters. Without one every submission is a new task. */
  key?: string;
  tenant?: string;
  /** 1 (first) to 5 (last). Defaults to the policy's. */
  priority?: number;
  tags?: string[];
  /** Not before this time. */
  runAt?: Date;
  policy?: PolicyOverride;
  /** Set by batches: the batch to which the task reports its end. Without a key, its place there is the key. */
  batch?: BatchMembership;
  /** ID of the request that asks, for whoever follows it through the logs. */
  requestId?: string;
  /** Who is notified of the task's end, by a `webhook.deliver` task each; five at most. */
  notify?: WebhookTarget[];
}

/** One that a repeat of it finds again. */
export interface KeyedSubmission extends Omit<Submission, 'batch'> {
  key: string;
}

export interface Prepared extends StartRequest {
  /** False when no other submission can have the same ID. */
  keyed: boolean;
}

const MOST_TAGS = 20;
/** All tags share one search attribute, of which the server takes 2048 bytes, quotes and separators included. */
const LONGEST_TAGS = 1536;
/** Descriptions travel with every row of a list. */
const LONGEST_DESCRIPTION = 200;

/**
 * Checks a submission and makes from it all that a start needs. Nothing reaches Temporal before this.
 * @throws HoldfastError `unknown-task-type`, `invalid-request` with one issue per fault.
 */
export async function prepare(
  submission: Submission,
  contract: Contract,
  overrides: CategoryOverrides,
  store: ArtifactStore,
): Promise<Prepared> {
  const { type, tenant, tags = [], runAt, batch } = submission;
  checkNames(submission);
  const notify = checkedTargets(submission);
  const parsed = boundedParse(contract.input, submission.input);
  if (!parsed.success) {
    const issues = issuesOf(parsed.error, ['input']);
    throw new HoldfastError('invalid-request', `The input is not a valid ${type} input: ${issues[0]?.message ?? ''}`, {
      issues,
    });
  }
  const policy = policyFor(submission, contract, overrides);
  // A large input takes its time in each step, and others wait meanwhile.
  await setImmediate();
  const hash = payloadHash(type, submission.input);
  const key = submission.key ?? keyFrom(contract, parsed.data, hash) ?? (batch && `${batch.id}:${batch.index}`);
  const scope = submission.key === undefined && contract.keyScope === 'global' ? undefined : tenant;
  const generation = newGeneration();
  const later = runAt && runAt.getTime() > Date.now() ? runAt.toISOString() : undefined;
  const idempotent =
    typeof contract.idempotent === 'function' ? contract.idempotent(parsed.data) : (contract.idempotent ?? true);
  const common = { generation, policy, ...(tenant && { tenant }), ...(later && { runAt: later }) };
  // A batch that submits a member again must find it again, whatever became of it meanwhile.
  const nonce = batch ? `${batch.generation}:${batch.index}` : newNonce();
  const description = contract.describe?.(parsed.data).slice(0, LONGEST_DESCRIPTION);
  const inline =
    idempotent && (typeof contract.inline === 'function' ? contract.inline(parsed.data) : (contract.inline ?? false));
  return {
    keyed: key !== undefined,
    taskId: key === undefined ? newTaskId(type) : taskIdForKey(type, scope, key),
    tags,
    // In this order: the Web UI shows the beginning of it.
    start: {
      type,
      input: await storeIfLarge(store, parsed.data),
      idempotent,
      inline,
      ...common,
      ...(batch && { batch }),
      ...(notify.length > 0 && { notify }),
    },
    memo: {
      ...common,
      payloadHash: hash,
      nonce,
      createdAt: new Date().toISOString(),
      ...(key && { key }),
      ...(description && { description }),
      ...(submission.requestId !== undefined && { requestId: submission.requestId }),
      ...(inline && { inline }),
    },
  };
}

/** @throws HoldfastError `invalid-request` when the contract's own key is none. */
function keyFrom({ keyFrom: from, type }: Contract, input: unknown, hash: string): string | undefined {
  if (from === undefined) return undefined;
  if (from === 'input') return `input:${hash}`;
  const key = from(input);
  if (isValidKey(key)) return key;
  throw new HoldfastError('invalid-request', `The key that ${type} makes of this input is not a valid key.`, {
    issues: [
      { pointer: '/input', message: `An idempotency key is 1 to ${MAX_KEY_LENGTH} printable ASCII characters.` },
    ],
  });
}

function checkedTargets({ notify = [] }: Submission): WebhookTarget[] {
  const parsed = boundedParse(notifySchema, notify);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, ['notify']);
  throw new HoldfastError('invalid-request', `Nobody can be notified there: ${issues[0]?.message ?? ''}`, { issues });
}

function policyFor({ policy = {}, priority }: Submission, contract: Contract, overrides: CategoryOverrides): Policy {
  const parsed = policyOverrideSchema.safeParse({ ...policy, ...(priority !== undefined && { priority }) });
  if (!parsed.success) {
    const issues = issuesOf(parsed.error, ['policy']);
    throw new HoldfastError('invalid-request', `The policy is not valid: ${issues[0]?.message ?? ''}`, { issues });
  }
  return resolvePolicy(contract, overrides, parsed.data);
}

/**
 * A task in a queue that nobody serves would wait for ever.
 * @throws HoldfastError `invalid-request`.
 */
export function checkQueue(policy: PolicyOverride | undefined, queues: readonly string[] | undefined): void {
  const queue = policy?.queue;
  if (queue === undefined || !queues || queues.includes(queue)) return;
  throw fault('/policy/queue', `${JSON.stringify(queue)} is none of the queues here: ${queues.join(', ')}.`);
}

function checkNames({ key, tenant, tags = [], runAt }: Submission): void {
  const issues = [];
  if (key !== undefined && !isValidKey(key)) {
    issues.push({
      pointer: '/key',
      message: `An idempotency key is 1 to ${MAX_KEY_LENGTH} printable ASCII characters without outer spaces.`,
    });
  }
  if (tenant !== undefined && !isName(tenant)) issues.push({ pointer: '/tenant', message: NAME_RULE });
  if (tags.length > MOST_TAGS) issues.push({ pointer: '/tags', message: `At most ${MOST_TAGS} tags.` });
  if (Buffer.byteLength(tags.join()) > LONGEST_TAGS) {
    issues.push({ pointer: '/tags', message: `The tags together are longer than ${LONGEST_TAGS} bytes.` });
  }
  tags.forEach((tag, index) => {
    if (!isName(tag)) issues.push({ pointer: `/tags/${index}`, message: NAME_RULE });
  });
  if (runAt && Number.isNaN(runAt.getTime()))
    issues.push({ pointer: '/runAt', message: 'Not a time: expected ISO 8601.' });
  const [first] = issues;
  if (first) throw new HoldfastError('invalid-request', first.message, { issues });
}

/** Whether one more tag may stand beside the others. */
export function fitsAmongTags(tags: readonly string[], tag: string): boolean {
  const all = [...tags, tag];
  return isName(tag) && all.length <= MOST_TAGS && Buffer.byteLength(all.join()) <= LONGEST_TAGS;
}

const NAME_RULE = `A tenant or tag is 1 to ${LONGEST_NAME} characters: letters, digits and . _ : @ / -`;
