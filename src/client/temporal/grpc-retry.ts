import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;

/**
 * Retries as the SDK does, but never beyond the call's deadline. The SDK's own retries go on for some twenty
 * seconds after the caller has got its answer, and throw out of a timer when the connection is closed meanwhile.
 */
export const retryInTime: Interceptor = (options, nextCall) => {
  const { delayFunction, retryableDecider } = defaultGrpcRetryOptions();
  const deadline = options.deadline === undefined ? Number.POSITIVE_INFINITY : Number(options.deadline);
  let pause = 0;
  const retry = makeGrpcRetryInterceptor({
    // The SDK decides first and asks for the pause then.
    retryableDecider: (attempt, status) => {
      pause = delayFunction(attempt, status);
      return retryableDecider(attempt, status) && Date.now() + pause < deadline;
    },
    delayFunction: () => pause,
  });
  return retry(options, nextCall);
};
