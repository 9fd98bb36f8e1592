import type { SendMailOptions, SMTPSentMessageInfo } from 'nodemailer';
import type { HandlerContext } from '../../activities/attempt/handler';
import { StepBack } from '../../activities/attempt/step-back';
import { classify } from '../../activities/classify';
import { TaskFailure } from '../../tasks/failures';
import type { EmailSendInput } from './contract';
import { AnswerLost, deliver, type MailServer } from './deliver';
import { HandOver } from './recorded';

interface Plan {
  /** The mail's effect key. */
  key: string;
  server: MailServer;
  delivery: EmailSendInput['delivery'];
}

/**
 * Sends a message under the circuit breaker of its server, and says what a lost answer means.
 * @throws TaskFailure OUTCOME_UNKNOWN for `at-most-once`; AnswerLost for `at-least-once`, which is to be sent again.
 */
export async function send(
  message: SendMailOptions,
  { key, server, delivery }: Plan,
  context: HandlerContext,
): Promise<SMTPSentMessageInfo> {
  const { signal } = context;
  const handOver = new HandOver(key, context);
  const onMessage = () => {
    context.progress(50, 'handing over');
    return handOver.note();
  };
  let lost: AnswerLost | undefined;
  context.progress(10, 'connecting');
  try {
    return await context.guard(`smtp:${new URL(server.url).hostname}`, () =>
      deliver(message, { server, signal, onMessage }).catch((error: unknown) => {
        if (error instanceof AnswerLost) lost = error;
        throw error;
      }),
    );
  } catch (error) {
    if (lost && delivery === 'at-most-once') {
      // Also when the attempt was stopped: what is unknown stays so, whatever the reason.
      throw new TaskFailure('OUTCOME_UNKNOWN', lost.message, undefined, { cause: lost.cause });
    }
    if (lost) context.log.warn(lost.message);
    else await handOver.takeBack();
    signal.throwIfAborted();
    if (lost || error instanceof StepBack) throw error;
    const { code, message, retryAfter } = classify(error);
    throw new TaskFailure(code, message, retryAfter, { cause: error, nothingDone: true });
  }
}
