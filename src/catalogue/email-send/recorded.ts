import { isDeepStrictEqual } from 'node:util';
import type { HandlerContext } from '../../activities/attempt/handler';
import type { Verifier, VerifyContext } from '../../activities/attempt/verify';
import { payloadHash } from '../../tasks/keys';
import { type EmailSendInput, type EmailSendOutput, emailSend } from './contract';

/**
 * The effect key of a mail: another one when an operator corrects what is to be sent, so that neither this store
 * nor a receiver takes the corrected mail for a repeat. How it is delivered makes no difference. A field that the
 * contract gets later must not count while it has its default, or a deploy would change the keys of waiting mails.
 */
export function mailKey(input: EmailSendInput, { effectKey }: Pick<VerifyContext, 'effectKey'>): string {
  const { delivery: _delivery, ...mail } = input;
  return effectKey(`mail-${payloadHash(emailSend.type, mail).slice(0, 16)}`);
}

/** Sends a mail, unless the record of an earlier attempt says what became of it; writes that record. */
export async function sendOnce(
  key: string,
  { artifacts, log }: HandlerContext,
  send: () => Promise<EmailSendOutput>,
): Promise<EmailSendOutput> {
  const before = await artifacts.getRecord(key);
  if (before !== undefined) {
    log.info('an earlier attempt has sent it');
    return emailSend.output.parse(before);
  }
  const output = await send();
  try {
    // An attempt that was given up for lost may have been quicker: then its result is the task's.
    return emailSend.output.parse(await artifacts.putRecord(key, output));
  } catch (error) {
    // Failing now would send it again.
    log.error('the mail is sent, but that could not be recorded', { error: String(error) });
    return output;
  }
}

/** Notes that a message goes out. The one who noted it takes it back when the server has surely not taken it. */
export class HandOver {
  private readonly name: string;
  private isNoted = false;

  constructor(
    key: string,
    private readonly context: HandlerContext,
  ) {
    this.name = handOverName(key);
  }

  async note(): Promise<void> {
    const { artifacts, attempt } = this.context;
    const mine = { at: new Date().toISOString(), attempt };
    this.isNoted = isDeepStrictEqual(await artifacts.putRecord(this.name, mine), mine);
  }

  async takeBack(): Promise<void> {
    if (this.isNoted) await this.context.artifacts.removeRecord(this.name);
  }
}

/** The verifier of `email.send`. A mail server cannot be asked; the records tell how far the attempts have come. */
export const verifyEmailSend: Verifier<typeof emailSend> = async (input, context) => {
  const key = mailKey(input, context);
  const sent = await context.artifacts.getRecord(key);
  if (sent !== undefined) {
    const output = emailSend.output.parse(sent);
    return { effect: 'done', output, evidence: `The record ${key} says: ${output.response}` };
  }
  const noted = (await context.artifacts.getRecord(handOverName(key))) as { at?: string } | undefined;
  return noted
    ? {
        effect: 'unknown',
        evidence: `The message was handed to the mail server at ${noted.at}, and no answer is recorded. Look for the effect key ${key} in its log.`,
      }
    : { effect: 'absent', evidence: `No attempt has handed a message to the mail server: there is no record ${key}.` };
};

function handOverName(key: string): string {
  return `${key}-handed-over`;
}
