import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { HandlerCall } from '../../protocol/task';
import { type AttemptResources, createSteppingBack } from './attempt';
import { StepBack } from './step-back';

/**
 * Pauses between two looks for the worker that knows the type, in milliseconds, each up to an attempt. Where many
 * others poll the queue it takes many looks; where that one is busy, they are in vain for long.
 */
const PAUSES = [
  { upTo: 20, pause: 150 },
  { upTo: 60, pause: 500 },
  { upTo: 300, pause: 2000 },
];
const LONGEST_PAUSE = 5000;

/**
 * What a worker does with a task whose type it does not know: the attempt steps back while any living worker of the
 * queue says that it has the type, so that sooner or later that one gets it. Where none does, the workflow is told so.
 */
export function createUnknownTypeActivity(resources: AttemptResources) {
  const stepBack = createSteppingBack(resources);
  return async (call?: Partial<HandlerCall>): Promise<unknown> => {
    const { activityType, taskQueue, attempt } = Context.current().info;
    const isTask = call?.type === activityType && call.policy !== undefined && call.inline === false;
    // A server that cannot be asked says nothing: the workflow looks again soon.
    const serving = isTask ? await resources.tasks.serving(taskQueue, activityType).catch(() => undefined) : undefined;
    if (serving) {
      const { pause } = PAUSES.find(({ upTo }) => attempt <= upTo) ?? { pause: LONGEST_PAUSE };
      const wait = pause * (0.75 + Math.random() / 2);
      const message = `This worker does not know the task type ${activityType}; ${serving} of the queue do`;
      return stepBack(call as HandlerCall, new StepBack(message, new Date(Date.now() + wait)));
    }
    // As the SDK itself puts it.
    throw ApplicationFailure.create({
      message: `Activity function ${activityType} is not registered on this Worker`,
      type: 'NotFoundError',
    });
  };
}
