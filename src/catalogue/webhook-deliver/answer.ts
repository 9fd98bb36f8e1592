import { TaskFailure } from '../../tasks/failures';
import type { DeliveredPolicy } from '../../tasks/webhook-target';
import type { PostAnswer } from '../shared/post';

/** An answer that is no delivery, with what the failure tables look at: the status, and `Retry-After`. */
class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';

  constructor(
    message: string,
    readonly status: number,
    readonly headers: PostAnswer['headers'],
  ) {
    super(message);
  }
}

/** Characters of an answer that a failure shows. */
const SHOWN = 200;

export function isDelivered(status: number, policy: DeliveredPolicy): boolean {
  return policy === 'any-answer' || (status >= 200 && status < 300);
}

export function locationOf({ headers: { location } }: PostAnswer): string {
  return typeof location === 'string' ? location : '';
}

/** @param location Where the answer would lead, fit to be shown. */
export function answerFailure(
  { host }: URL,
  { status, headers, body, location }: PostAnswer & { location: string },
): Error {
  if (status >= 300 && status < 400) {
    const where = location ? ` to ${location.slice(0, SHOWN)}` : '';
    const message = `${host} answered ${status}, a redirect${where}. Redirects are not followed: deliver to the address itself.`;
    return new TaskFailure('PERMANENT_VALIDATION', message);
  }
  const said = body.trim().slice(0, SHOWN);
  return new DeliveryRefused(`${host} answered ${status}${said ? `: ${said}` : ''}`, status, headers);
}
