import type { FailureCodeName } from '../../tasks/failures';
import type { Thing } from './thing';
import { byEntry, type Judge, LIKELY, PERHAPS, type Rows, SURE } from './verdict';

/** Reply codes of SMTP servers (RFC 5321, RFC 4954). */
export const SMTP_REPLIES: Rows = {
  TRANSIENT_NETWORK: ['421'],
  // Greylisting, a busy or full mailbox, a server short of something.
  TRANSIENT_RESOURCE: ['450', '451', '452', '454'],
  CONFIG_MISSING_SETTING: ['530'],
  CONFIG_INVALID_SETTING: ['432', '534', '535', '538'],
  PERMANENT_LOGIC: ['500', '502', '503', '504', '555'],
  PERMANENT_NOT_FOUND: ['521', '550', '551', '556'],
  PERMANENT_VALIDATION: ['501', '523', '552', '553'],
  PERMANENT_PERMISSION: ['554'],
};

/** nodemailer's own codes, which count when the server gave no reply of its own. */
export const MAILER_ERRORS: Rows = {
  TRANSIENT_NETWORK: ['ECONNECTION', 'ESOCKET', 'EDNS', 'EPROXY', 'EABORT'],
  EXTERNAL_API_ERROR: ['EPROTOCOL'],
  TRANSIENT_RATE_LIMIT: ['EMAXLIMIT'],
  CONFIG_MISSING_SETTING: ['ENOAUTH'],
  CONFIG_INVALID_SETTING: ['EAUTH', 'ECONFIG', 'ETLS', 'EREQUIRETLS'],
  PERMANENT_VALIDATION: ['EENVELOPE', 'EMESSAGE', 'EMAXRECIPIENTS'],
};

const REPLIES = byEntry(SMTP_REPLIES);
const MAILER = byEntry(MAILER_ERRORS);

/** Enhanced status code 5.7.x (RFC 3463): refused for reasons of policy, whatever the basic code says. */
const REFUSED_BY_POLICY = /^5\d\d[ -]5\.7\./;

export const ofSmtp: Judge = (thing) => {
  const reply = replyOf(thing);
  if (reply !== undefined) return onReply(reply, thing.text('response') ?? '');
  const code = MAILER.get(thing.text('code') ?? '');
  return code && { code, confidence: LIKELY };
};

function onReply(reply: number, response: string): { code: FailureCodeName; confidence: number } {
  const known = REPLIES.get(String(reply));
  const refused =
    (known === 'PERMANENT_NOT_FOUND' || known === 'PERMANENT_VALIDATION') && REFUSED_BY_POLICY.test(response);
  if (refused) return { code: 'PERMANENT_PERMISSION', confidence: SURE };
  if (known) return { code: known, confidence: SURE };
  return reply < 500
    ? { code: 'TRANSIENT_RESOURCE', confidence: LIKELY }
    : { code: 'PERMANENT_VALIDATION', confidence: PERHAPS };
}

function replyOf(thing: Thing): number | undefined {
  const reply = thing.integer('responseCode');
  const fromMailer = thing.text('response') !== undefined || thing.text('command') !== undefined;
  return fromMailer && reply !== undefined && reply >= 400 && reply < 600 ? reply : undefined;
}
