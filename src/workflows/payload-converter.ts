import { DefaultPayloadConverter, type Payload } from '@temporalio/common';

/** Stands for an argument that nobody could read. */
const UNREADABLE = Symbol('unreadable payload');

/**
 * Anyone with the stock CLI can signal a task with bytes that are not what they claim to be. The default
 * converter throws on those while the workflow is being activated, which would block the task for ever.
 */
class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch {
      return UNREADABLE as T;
    }
  }
}

export const payloadConverter = new TolerantPayloadConverter();
