import type { FailureCodeName } from '../../tasks/failures';
import { messageOf } from './message-of';
import type { Judge } from './verdict';

interface MessageRow {
  /** An example, as people know it; the page shows it, and the pattern matches it. */
  says: string;
  pattern: RegExp;
  code: FailureCodeName;
  confidence: number;
}

/** A number in a message is a status only where the words before it, or its place, say so. */
const status = (codes: string) =>
  new RegExp(
    `(?:^|\\b(?:https?|status|code|response|error|returned|answered)\\b(?: ?code)?[^\\w]{0,3})(?:${codes})\\b`,
    'i',
  );

/** Texts by which failures are known when nothing else identifies them. Every pattern takes linear time. */
export const MESSAGES: readonly MessageRow[] = [
  { says: 'deadlock detected', pattern: /deadlock (?:detected|found)/i, code: 'TRANSIENT_DATABASE', confidence: 0.95 },
  {
    says: 'could not serialize access',
    pattern: /could not serialize access|serialization failure/i,
    code: 'TRANSIENT_DATABASE',
    confidence: 0.95,
  },
  {
    says: 'lock wait timeout exceeded',
    pattern: /lock (?:wait )?timeout|database is locked/i,
    code: 'TRANSIENT_DATABASE',
    confidence: 0.9,
  },
  {
    // What `pg` says of a connection that was lost while no statement ran.
    says: 'Client has encountered a connection error and is not queryable',
    pattern: /\bis not queryable\b/i,
    code: 'TRANSIENT_DATABASE',
    confidence: 0.9,
  },
  {
    says: 'rate limit exceeded',
    pattern: /rate.?limit(?:s|ed| exceeded| reached)|too many requests|quota exceeded/i,
    code: 'TRANSIENT_RATE_LIMIT',
    confidence: 0.95,
  },
  { says: 'status code 429', pattern: status('429'), code: 'TRANSIENT_RATE_LIMIT', confidence: 0.85 },
  {
    says: 'no space left on device',
    pattern: /no space left|disk (?:is )?full|disk quota exceeded/i,
    code: 'SYSTEM_DISK_FULL',
    confidence: 0.95,
  },
  {
    says: 'JavaScript heap out of memory',
    pattern:
      /out of memory|array buffer allocation failed|invalid string length|cannot (?:allocate|create a string)|memory limit/i,
    code: 'SYSTEM_OUT_OF_MEMORY',
    confidence: 0.9,
  },
  {
    says: 'connection refused',
    pattern: /connection refused|\bECONNREFUSED\b/i,
    code: 'TRANSIENT_NETWORK',
    confidence: 0.9,
  },
  {
    says: 'connection reset by peer',
    pattern: /connection (?:reset|closed|terminated|aborted|lost)|socket hang up|other side closed|\bECONNRESET\b/i,
    code: 'TRANSIENT_NETWORK',
    confidence: 0.9,
  },
  {
    says: 'connect timed out',
    pattern: /connect(?:ion)? (?:timed out|timeout)|\bETIMEDOUT\b/i,
    code: 'TRANSIENT_NETWORK',
    confidence: 0.9,
  },
  {
    says: 'getaddrinfo ENOTFOUND example.invalid',
    pattern: /\bgetaddrinfo\b|network is unreachable|no route to host|temporary failure in name resolution/i,
    code: 'TRANSIENT_NETWORK',
    confidence: 0.9,
  },
  { says: 'fetch failed', pattern: /^fetch failed$/i, code: 'TRANSIENT_NETWORK', confidence: 0.85 },
  {
    says: 'connection pool exhausted',
    pattern:
      /pool (?:is )?(?:exhausted|timeout)|too many (?:connections|clients|open files)|resource temporarily unavailable/i,
    code: 'TRANSIENT_RESOURCE',
    confidence: 0.9,
  },
  {
    says: 'missing environment variable SMTP_URL',
    pattern:
      /missing (?:required )?(?:environment variable|setting|configuration)|environment variable \S{1,100} (?:is )?(?:missing|not set|required)/i,
    code: 'CONFIG_MISSING_SETTING',
    confidence: 0.9,
  },
  {
    says: 'invalid configuration',
    pattern: /invalid (?:configuration|setting)|certificate has expired|self.signed certificate/i,
    code: 'CONFIG_INVALID_SETTING',
    confidence: 0.85,
  },
  {
    says: 'sh: convert: command not found',
    pattern: /command not found|cannot find module|executable (?:file )?not found/i,
    code: 'CONFIG_MISSING_SERVICE',
    confidence: 0.85,
  },
  {
    says: 'Input buffer contains unsupported image format',
    pattern:
      /unsupported image format|input (?:buffer|file) (?:contains|has|is (?:missing|empty|of zero length))|input image exceeds pixel limit/i,
    code: 'PERMANENT_VALIDATION',
    confidence: 0.9,
  },
  {
    says: 'service unavailable',
    pattern: /service (?:is )?(?:temporarily )?unavailable|bad gateway|server is overloaded/i,
    code: 'EXTERNAL_API_DOWN',
    confidence: 0.85,
  },
  { says: 'HTTP 502', pattern: status('50[23]'), code: 'EXTERNAL_API_DOWN', confidence: 0.85 },
  { says: 'status 504', pattern: status('504'), code: 'EXTERNAL_TIMEOUT', confidence: 0.85 },
  { says: 'gateway timeout', pattern: /gateway time-?out/i, code: 'EXTERNAL_TIMEOUT', confidence: 0.85 },
  { says: 'internal server error', pattern: /internal server error/i, code: 'EXTERNAL_API_ERROR', confidence: 0.85 },
  {
    says: 'heartbeat timeout',
    pattern: /heartbeat time-?out|worker (?:was |has been )?(?:lost|terminated|crashed)/i,
    code: 'SYSTEM_WORKER_CRASH',
    confidence: 0.85,
  },
  {
    says: 'permission denied',
    pattern: /permission denied|access (?:is )?denied|\bforbidden\b|\bunauthori[sz]ed\b/i,
    code: 'PERMANENT_PERMISSION',
    confidence: 0.75,
  },
  {
    says: 'operation timed out',
    pattern: /timed? ?out\b|deadline exceeded/i,
    code: 'EXTERNAL_TIMEOUT',
    confidence: 0.7,
  },
  {
    says: 'validation failed',
    pattern: /validation (?:failed|error)|violates .{0,20}constraint/i,
    code: 'PERMANENT_VALIDATION',
    confidence: 0.7,
  },
  {
    says: 'user does not exist',
    pattern: /\bnot found\b|does not exist|no such file/i,
    code: 'PERMANENT_NOT_FOUND',
    confidence: 0.6,
  },
];

/** The surest of the patterns that match; of equals the first. */
export const ofMessages: Judge = (thing) => {
  const message = messageOf(thing);
  let best: MessageRow | undefined;
  for (const row of MESSAGES) {
    if (row.confidence > (best?.confidence ?? 0) && row.pattern.test(message)) best = row;
  }
  return best && { code: best.code, confidence: best.confidence };
};
