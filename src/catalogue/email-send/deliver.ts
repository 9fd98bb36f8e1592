import { Readable } from 'node:stream';
import { createTransport, type NodemailerError, type SendMailOptions, type SMTPSentMessageInfo } from 'nodemailer';
import { Concealment } from './conceal';

/** How the mail server is reached. */
export interface MailServer {
  /** `smtp://` or `smtps://` address, with user and password where it wants them. */
  url: string;
  /** Seconds that it may stay silent. */
  timeout: number;
}

/** How long a stopped attempt still waits for the answer to a message that is out, in milliseconds. */
const ANSWER_GRACE_MS = 5000;

/** The whole message went out, and no answer came back: the server may have taken it or not. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Outcome unknown: the message is out, and the mail server's answer was lost: ${reason}`, { cause });
  }
}

interface Delivery {
  server: MailServer;
  signal: AbortSignal;
  /** Called before the first byte of the message goes out; the message waits for it. */
  onMessage(): Promise<void>;
}

/**
 * Sends one message over a connection of its own.
 * @throws AnswerLost once the whole message is out; before that, and for an answer that refuses it, what nodemailer throws.
 */
export async function deliver(
  message: SendMailOptions,
  { server, signal, onMessage }: Delivery,
): Promise<SMTPSentMessageInfo> {
  const patience = server.timeout * 1000;
  const concealment = new Concealment(server.url);
  const transport = createTransport({
    url: server.url,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  });
  const body = { isOut: false };
  transport.use('stream', ({ message: mime }, done) => {
    // Unwatched it must not go out: what becomes of it could not be known.
    if (!mime) return done(new TypeError('nodemailer has composed no message'));
    mime.processFunc((stream) => Readable.from(watched(stream, body, onMessage), { objectMode: false }));
    done();
  });
  const stop = stopAfterAnswer(signal, body);
  try {
    const sent = await transport.sendMail({ ...message, signal: stop.signal });
    for (const refused of sent.rejectedErrors ?? []) concealment.error(refused);
    return { ...sent, response: concealment.text(sent.response) };
  } catch (thrown) {
    // The reason of the stop is not the server's.
    const error = signal.aborted ? thrown : concealment.error(thrown);
    const { responseCode = 0 } = error as NodemailerError;
    const refused = responseCode >= 400;
    throw body.isOut && !refused ? new AnswerLost(error) : error;
  } finally {
    stop.clear();
    transport.close();
  }
}

/**
 * The message as it goes out. Nodemailer reads it only when the server has asked for it, and ends it only after
 * the last byte was read: as long as `isOut` is false, the server cannot have taken the message.
 */
async function* watched(stream: Readable, body: { isOut: boolean }, onMessage: () => Promise<void>) {
  await onMessage();
  yield* stream;
  body.isOut = true;
}

/** Passes the stop on, but not while the answer to a complete message may still come. */
function stopAfterAnswer(signal: AbortSignal, body: { isOut: boolean }): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (!body.isOut) controller.abort(signal.reason);
    else timer = setTimeout(() => controller.abort(signal.reason), ANSWER_GRACE_MS);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    },
  };
}
