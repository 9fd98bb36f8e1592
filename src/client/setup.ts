import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { StartError } from '../errors';
import { CATEGORY_NAMES, type Category } from '../tasks/categories';
import { categoryPolicy } from '../tasks/policy';
import type { CategoryOverrides } from '../tasks/policy-override';

import { addSearchAttributes, SEARCH_ATTRIBUTE_TYPES, searchAttributeFaults } from './search-attributes';

const ALREADY_EXISTS = 6;
const NOT_FOUND = 5;
export const DAY = 86_400;
const KNOWN_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

type Services = Pick<Connection, 'workflowService' | 'operatorService'>;

export interface SetupOptions {
  namespace: string;
  /** How long Temporal keeps ended tasks, in days. */
  retentionDays: number;
  categories: CategoryOverrides;
}

/** What was done to make a namespace ready; nothing, when it was. */
export interface SetupDone {
  created: boolean;
  /** Seconds that the retention was before it was raised. */
  raisedFrom?: number;
  /** Search attributes that were registered. */
  registered: string[];
}

/**
 * Makes a namespace ready: retention, search attributes. Idempotent; several processes may do it at once.
 * @throws StartError when a policy's window is longer than retention, or a search attribute has another type.
 */
export async function setUpNamespace(connection: Services, options: SetupOptions): Promise<SetupDone> {
  checkWindows(options);
  const retention = await ensureRetention(connection, options);
  return { ...retention, registered: await ensureSearchAttributes(connection, options.namespace) };
}

/** The categories whose window is longer than ended tasks are kept, in seconds. */
export function windowsBeyond(
  retention: number,
  categories: CategoryOverrides,
): { category: Category; window: number }[] {
  return CATEGORY_NAMES.map((category) => ({ category, window: categoryPolicy(category, categories).window })).filter(
    ({ window }) => window > retention,
  );
}

/** The key of an ended task is known for as long as Temporal keeps it, and no longer. */
function checkWindows({ retentionDays, categories }: SetupOptions): void {
  const [beyond] = windowsBeyond(retentionDays * DAY, categories);
  if (beyond) {
    throw new StartError(
      `Category ${beyond.category} has a window of ${beyond.window} s, but Temporal keeps ended tasks for ${retentionDays} days only: shorten the window or raise HOLDFAST_RETENTION_DAYS.`,
    );
  }
}

async function ensureRetention(
  { workflowService }: Services,
  { namespace, retentionDays }: SetupOptions,
): Promise<Omit<SetupDone, 'registered'>> {
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
    return { created: true };
  }
  const before = Number(known.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  // Only ever raised: shortening it would delete ended tasks that somebody meant to keep.
  if (before >= retentionDays * DAY) return { created: false };
  await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  return { created: false, raisedFrom: before };
}

async function ensureSearchAttributes(connection: Services, namespace: string): Promise<string[]> {
  const { missing, wrong } = await onceKnown(() => searchAttributeFaults(connection, namespace));
  const [name] = wrong;
  // On SQL stores the server would accept the name again with any type and keep the old one.
  if (name !== undefined) {
    throw new StartError(
      `The search attribute ${name} of namespace ${namespace} exists with another type than ${SEARCH_ATTRIBUTE_TYPES[name]}: remove it, or use another namespace.`,
    );
  }
  if (missing.length === 0) return [];
  await addSearchAttributes(connection, namespace, missing).catch((error) => {
    if (error.code !== ALREADY_EXISTS) throw error;
  });
  return missing;
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
