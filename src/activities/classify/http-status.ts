import { retryAfterIn } from './retry-after';
import type { Thing } from './thing';
import { byEntry, type Judge, LIKELY, PERHAPS, type Rows, SURE, type Verdict } from './verdict';

/** Status codes of HTTP answers; 52x are those of Cloudflare, 529 is "overloaded". */
export const HTTP_STATUS: Rows = {
  PERMANENT_VALIDATION: ['400', '412', '413', '414', '422', '431'],
  PERMANENT_PERMISSION: ['401', '402', '403', '451'],
  PERMANENT_NOT_FOUND: ['404', '410'],
  PERMANENT_LOGIC: ['405', '406', '411', '415', '426', '501', '505'],
  CONFIG_INVALID_SETTING: ['407', '511', '525', '526'],
  EXTERNAL_TIMEOUT: ['408', '504', '522', '524'],
  // Somebody else changes the same thing, or its parts are not ready: it may be over next time.
  EXTERNAL_API_ERROR: ['409', '424', '500', '507', '520'],
  TRANSIENT_RESOURCE: ['423'],
  TRANSIENT_RATE_LIMIT: ['425', '429'],
  EXTERNAL_API_DOWN: ['502', '503', '521', '523', '529', '530'],
};

const CODES = byEntry(HTTP_STATUS);

export const ofHttpStatus: Judge = (thing) => {
  const status = statusOf(thing);
  return status === undefined ? undefined : verdictOn(status, thing);
};

function verdictOn(status: number, thing: Thing): Verdict {
  // Some services refuse for a while with 403, and name the time.
  if (status === 403 && retryAfterIn(thing) !== undefined) return { code: 'TRANSIENT_RATE_LIMIT', confidence: SURE };
  const code = CODES.get(String(status));
  if (code) return { code, confidence: SURE };
  return status < 500
    ? { code: 'PERMANENT_VALIDATION', confidence: PERHAPS }
    : { code: 'EXTERNAL_API_ERROR', confidence: LIKELY };
}

/** Where clients put the status: undici, fetch wrappers, axios, got, superagent, the AWS SDK. */
function statusOf(thing: Thing): number | undefined {
  const response = thing.child('response');
  const candidates = [
    thing.integer('status'),
    thing.integer('statusCode'),
    response.integer('status'),
    response.integer('statusCode'),
    thing.child('$metadata').integer('httpStatusCode'),
  ];
  return candidates.find((status) => status !== undefined && status >= 400 && status < 600);
}
