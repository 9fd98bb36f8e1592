import { type Gateway, isNotFound } from '../../client/temporal/gateway';
import { searchAttributeFaults } from '../../client/temporal/search-attributes';
import { DAY, windowsBeyond } from '../../client/temporal/setup';
import type { Config } from '../../config';
import { HoldfastError } from '../../errors';
import type { Check, Finding } from './check';

const SET_UP = 'holdfast setup';

/** Whether the namespace exists and is as the set-up makes it. */
export const namespace: Check = {
  name: 'namespace',
  look: async ({ gateway, config }) => {
    const seconds = await retentionOf(gateway);
    if (seconds === undefined) {
      const message = `There is no namespace ${gateway.namespace}.`;
      const todo = `${SET_UP} makes it; or set TEMPORAL_NAMESPACE to another.`;
      return [{ name: 'namespace', level: 'broken', message, todo }];
    }
    return [
      { name: 'namespace', level: 'ok', message: `${gateway.namespace} exists.` },
      await searchAttributes(gateway),
      retention(seconds, config),
    ];
  },
};

/** Seconds; `undefined` when there is no such namespace. */
async function retentionOf(gateway: Gateway): Promise<number | undefined> {
  const { service, namespace } = gateway;
  try {
    const { config } = await gateway.call(() => service.describeNamespace({ namespace }));
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'not-set-up') return undefined;
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function searchAttributes(gateway: Gateway): Promise<Finding> {
  const { connection } = gateway.client;
  const { missing, wrong } = await gateway.call(() => searchAttributeFaults(connection, gateway.namespace));
  const name = 'search-attributes';
  if (wrong.length > 0) {
    const message = `These have another type than Holdfast needs: ${wrong.join(', ')}.`;
    return { name, level: 'broken', message, todo: 'Remove them, or use another namespace.' };
  }
  if (missing.length > 0) return { name, level: 'broken', message: `Missing: ${missing.join(', ')}.`, todo: SET_UP };
  return { name, level: 'ok', message: 'All are registered with the right types.' };
}

/** @param seconds How long the namespace keeps ended tasks. */
export function retention(
  seconds: number,
  { HOLDFAST_RETENTION_DAYS: wanted, categories }: Pick<Config, 'HOLDFAST_RETENTION_DAYS' | 'categories'>,
): Finding {
  const name = 'retention';
  const message = `Ended tasks are kept for ${days(seconds)}`;
  const beyond = windowsBeyond(seconds, categories).map(({ category, window }) => `${category} (${days(window)})`);
  if (beyond.length > 0) {
    const todo = `${SET_UP} raises it to HOLDFAST_RETENTION_DAYS; shorten windows that are longer than that.`;
    return { name, level: 'broken', message: `${message}, shorter than windows of: ${beyond.join(', ')}.`, todo };
  }
  if (seconds < wanted * DAY) {
    return { name, level: 'warning', message: `${message}; HOLDFAST_RETENTION_DAYS says ${wanted}.`, todo: SET_UP };
  }
  return { name, level: 'ok', message: `${message}, as long as every window at least.` };
}

function days(seconds: number): string {
  return `${Math.round((seconds / DAY) * 100) / 100} days`;
}
