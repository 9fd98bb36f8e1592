import { Succession } from '../../client/submit/succession';
import type { Contract } from '../../tasks/contract';
import { createAnnounce } from '../reports/announce';
import { type AttemptResources, createHandlerActivity } from './attempt';
import { attemptsSoFar } from './attempts-so-far';
import type { Handler } from './handler';
import { holdAttempts, releaseAttempts } from './hold';
import { createUnknownTypeActivity } from './unknown-type';

/** The activities a worker hosts: one per task type under the type's own name, and those the workflow steers by. */
export function createActivities(
  contracts: readonly Contract[],
  handlers: Readonly<Record<string, Handler>>,
  resources: AttemptResources,
): Record<string, (...args: never[]) => Promise<unknown>> {
  const byType = contracts.map((contract) => {
    const handler = handlers[contract.type];
    if (!handler) throw new TypeError(`The task type ${contract.type} has a contract but no handler.`);
    return [contract.type, createHandlerActivity(contract, handler, resources)] as const;
  });
  const succession = new Succession(resources.artifacts);
  return {
    ...Object.fromEntries(byType),
    // The SDK's name for what takes activities that nothing else is registered for.
    default: createUnknownTypeActivity(resources),
    announce: createAnnounce(resources.logger),
    attemptsSoFar,
    holdAttempts,
    releaseAttempts,
    settleSuccession: (taskId: string, ended: string, run: string) => succession.settle(taskId, ended, run),
  };
}
