import { Context } from '@temporalio/activity';

/** A life sign of a long look through many tasks. @throws when the monitor is asked to stop. */
export function pulse(): void {
  const { cancellationSignal } = Context.current();
  cancellationSignal.throwIfAborted();
  Context.current().heartbeat();
}
