import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { StartError } from '../errors';
import { CATEGORY_NAMES } from '../tasks/categories';
import { categoryPolicy } from '../tasks/policy';
import type { CategoryOverrides } from '../tasks/policy-override';
import { SEARCH_ATTRIBUTES } from '../tasks/words';

/** Numbers of Temporal's `IndexedValueType`. */
const KEYWORD = 2;
const KEYWORD_LIST = 7;
const ALREADY_EXISTS = 6;
const NOT_FOUND = 5;
const DAY = 86_400;
const KNOWN_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

/** Each search attribute and its type. */
export const SEARCH_ATTRIBUTE_TYPES: Record<string, 'Keyword' | 'KeywordList'> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map((name) => [name, name === SEARCH_ATTRIBUTES.tags ? 'KeywordList' : 'Keyword']),
);

type Services = Pick<Connection, 'workflowService' | 'operatorService'>;

export interface SetupOptions {
  namespace: string;
  /** How long Temporal keeps ended tasks, in days. */
  retentionDays: number;
  categories: CategoryOverrides;
}

/**
 * Makes a namespace ready: retention, search attributes. Idempotent; several processes may do it at once.
 * @throws StartError when a policy's window is longer than retention, or a search attribute has another type.
 */
export async function setUpNamespace(connection: Services, options: SetupOptions): Promise<void> {
  checkWindows(options);
  await ensureRetention(connection, options);
  await ensureSearchAttributes(connection, options.namespace);
}

/** The key of an ended task is known for as long as Temporal keeps it, and no longer. */
function checkWindows({ retentionDays, categories }: SetupOptions): void {
  for (const category of CATEGORY_NAMES) {
    const { window } = categoryPolicy(category, categories);
    if (window > retentionDays * DAY) {
      throw new StartError(
        `Category ${category} has a window of ${window} s, but Temporal keeps ended tasks for ${retentionDays} days only: shorten the window or raise HOLDFAST_RETENTION_DAYS.`,
      );
    }
  }
}

async function ensureRetention(
  { workflowService }: Services,
  { namespace, retentionDays }: SetupOptions,
): Promise<void> {
  const retention = msToTs(retentionDays * DAY * 1000);
  const known = await workflowService.describeNamespace({ namespace }).catch((error) => {
    if (error.code === NOT_FOUND) return undefined;
    throw error;
  });
  if (!known) {
    await workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
      .catch((error) => {
        if (error.code !== ALREADY_EXISTS) throw error;
      });
  } else if (Number(known.config?.workflowExecutionRetentionTtl?.seconds ?? 0) < retentionDays * DAY) {
    // Only ever raised: shortening it would delete ended tasks that somebody meant to keep.
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  }
}

/** Names of the search attributes that a namespace lacks. */
export async function missingSearchAttributes(
  { operatorService }: Pick<Services, 'operatorService'>,
  namespace: string,
): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return Object.keys(SEARCH_ATTRIBUTE_TYPES).filter((name) => customAttributes?.[name] === undefined);
}

async function ensureSearchAttributes({ operatorService }: Services, namespace: string): Promise<void> {
  const { customAttributes = {} } = await onceKnown(() => operatorService.listSearchAttributes({ namespace }));
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTE_TYPES)) {
    const wanted = type === 'Keyword' ? KEYWORD : KEYWORD_LIST;
    const found = customAttributes?.[name];
    // On SQL stores the server would accept the name again with any type and keep the old one.
    if (found !== undefined && found !== wanted) {
      throw new StartError(
        `The search attribute ${name} of namespace ${namespace} exists with another type than ${type}: remove it, or use another namespace.`,
      );
    }
    if (found === undefined) missing[name] = wanted;
  }
  if (Object.keys(missing).length === 0) return;
  await operatorService.addSearchAttributes({ namespace, searchAttributes: missing }).catch((error) => {
    if (error.code !== ALREADY_EXISTS) throw error;
  });
}

/** A namespace that was just registered is not known to every part of the server for some seconds. */
async function onceKnown<T>(call: () => Promise<T>): Promise<T> {
  const until = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FOUND || Date.now() > until) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
