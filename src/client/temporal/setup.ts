import { setTimeout as sleep } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time';
import { StartError } from '../../errors';
import { CATEGORY_NAMES, type Category } from '../../tasks/categories';
import { categoryPolicy } from '../../tasks/policy';
import type { CategoryOverrides } from '../../tasks/policy-override';
import { isDenied, unlessDenied } from './rights';
import {
  addSearchAttributes,
  SEARCH_ATTRIBUTE_TYPES,
  type SearchAttributeFaults,
  type Services,
  searchAttributeFaults,
} from './search-attributes';
import {
  gapsText,
  missingAttributes,
  noNamespace,
  type SetupGap,
  shortRetention,
  unseenRetention,
  wrongAttributes,
} from './setup-gaps';

const ALREADY_EXISTS = 6;
const NOT_FOUND = 5;
export const DAY = 86_400;
const KNOWN_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

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
  /** What is not as the settings say and was not for this caller to change. Tasks can be taken all the same. */
  lacks: SetupGap[];
}

/**
 * Makes a namespace ready: retention, search attributes. Idempotent; several processes may do it at once. What it may
 * not make it names, with the commands that do.
 * @throws StartError when a policy's window is longer than retention, a search attribute has another type, or something
 *   that is needed is missing and not for this caller to make.
 */
export async function setUpNamespace(connection: Services, options: SetupOptions): Promise<SetupDone> {
  checkWindows(options);
  const { namespace } = options;
  const { gaps: lacks, ...retention } = await ensureRetention(connection, options);
  refuseNeeded(namespace, lacks);
  const attributes = await ensureSearchAttributes(connection, options);
  refuseNeeded(namespace, attributes.gaps);
  return { ...retention, registered: attributes.registered, lacks };
}

/**
 * What a namespace lacks. Reads only.
 * @throws StartError when a policy's window is longer than the retention that the settings ask for.
 */
export async function checkNamespace(connection: Services, options: SetupOptions): Promise<SetupGap[]> {
  checkWindows(options);
  const { namespace, retentionDays } = options;
  const kept = await keptFor(connection, namespace);
  if (kept === 'absent') {
    return [noNamespace(namespace, retentionDays), missingAttributes(namespace, Object.keys(SEARCH_ATTRIBUTE_TYPES))];
  }
  const faults = await attributeFaults(connection, namespace);
  if (!faults) return [noNamespace(namespace, retentionDays)];
  return [...retentionGaps(options, kept), ...attributeGaps(namespace, faults)];
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

/** Seconds for which ended tasks are kept. */
async function keptFor({ workflowService }: Services, namespace: string): Promise<number | 'absent' | 'unseen'> {
  try {
    const { config } = await workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (error) {
    if ((error as { code?: unknown }).code === NOT_FOUND) return 'absent';
    if (isDenied(error)) return 'unseen';
    throw error;
  }
}

/** Only too short a retention is one: shortening it would delete ended tasks that somebody meant to keep. */
function retentionGaps({ namespace, retentionDays, categories }: SetupOptions, kept: number | 'unseen'): SetupGap[] {
  if (kept === 'unseen') return [unseenRetention(namespace)];
  if (kept >= retentionDays * DAY) return [];
  return [shortRetention(namespace, retentionDays, kept / DAY, windowsBeyond(kept, categories).length > 0)];
}

async function ensureRetention(
  connection: Services,
  options: SetupOptions,
): Promise<Pick<SetupDone, 'created' | 'raisedFrom'> & { gaps: SetupGap[] }> {
  const { namespace, retentionDays } = options;
  const { workflowService } = connection;
  const retention = msToTs(retentionDays * DAY * 1000);
  const kept = await keptFor(connection, namespace);
  if (kept === 'absent') {
    const request = { namespace, workflowExecutionRetentionPeriod: retention };
    const made = await unlessDenied(() =>
      workflowService.registerNamespace(request).then(() => true as const, unlessThere),
    );
    return made ? { created: true, gaps: [] } : { created: false, gaps: [noNamespace(namespace, retentionDays)] };
  }
  const gaps = retentionGaps(options, kept);
  if (kept === 'unseen' || gaps.length === 0) return { created: false, gaps };
  const request = { namespace, config: { workflowExecutionRetentionTtl: retention } };
  const raised = await unlessDenied(() => workflowService.updateNamespace(request));
  return raised ? { created: false, raisedFrom: kept, gaps: [] } : { created: false, gaps };
}

async function ensureSearchAttributes(
  connection: Services,
  { namespace, retentionDays }: SetupOptions,
): Promise<{ registered: string[]; gaps: SetupGap[] }> {
  const faults = await attributeFaults(connection, namespace);
  if (!faults) return { registered: [], gaps: [noNamespace(namespace, retentionDays)] };
  const { missing, wrong } = faults;
  // On SQL stores the server would accept the name again with any type and keep the old one.
  if (wrong.length > 0 || missing.length === 0) return { registered: [], gaps: attributeGaps(namespace, faults) };
  const added = await unlessDenied(() =>
    addSearchAttributes(connection, namespace, missing).then(() => true as const, unlessThere),
  );
  return added ? { registered: missing, gaps: [] } : { registered: [], gaps: attributeGaps(namespace, faults) };
}

function attributeGaps(namespace: string, { missing, wrong }: SearchAttributeFaults): SetupGap[] {
  return [
    ...(wrong.length > 0 ? [wrongAttributes(namespace, wrong)] : []),
    ...(missing.length > 0 ? [missingAttributes(namespace, missing)] : []),
  ];
}

/** `undefined` when nothing of the namespace is for this caller to see. */
async function attributeFaults(connection: Services, namespace: string): Promise<SearchAttributeFaults | undefined> {
  return unlessDenied(() => onceKnown(() => searchAttributeFaults(connection, namespace)));
}

function refuseNeeded(namespace: string, gaps: readonly SetupGap[]): void {
  const needed = gaps.filter((gap) => gap.needed);
  if (needed.length === 0) return;
  const todo = needed.some(({ commands }) => commands)
    ? ' The credentials of this process may not change that; somebody who may types:'
    : '';
  throw new StartError(`The namespace ${namespace} is not ready for Holdfast.${todo}\n${gapsText(needed)}`);
}

function unlessThere(error: { code?: unknown }): true {
  if (error.code !== ALREADY_EXISTS) throw error;
  return true;
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
