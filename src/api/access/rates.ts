import { isIPv6 } from 'node:net';
import type { Request, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../http/problems';

const WINDOW_SECONDS = 10;

/** How many requests one key, and one address without a key, may make. Each API process counts for itself. */
export class Rates {
  private readonly keys: RateLimiterMemory;
  private readonly strangers: RateLimiterMemory;
  private readonly heard: RateLimiterMemory;

  /**
   * @param perSecond Requests of one key, on the average of ten seconds.
   * @param strangersPerMinute Requests without a key that holds, of one address.
   */
  constructor(perSecond: number, strangersPerMinute: number) {
    this.keys = new RateLimiterMemory({ points: perSecond * WINDOW_SECONDS, duration: WINDOW_SECONDS });
    this.strangers = new RateLimiterMemory({ points: strangersPerMinute, duration: 60 });
    this.heard = new RateLimiterMemory({ points: strangersPerMinute, duration: 60 });
  }

  /** @throws Problem `too-many-requests`. */
  async key(id: string, response: Response): Promise<void> {
    await count(this.keys, id, response);
  }

  /** @throws Problem `too-many-requests`. */
  async stranger({ ip, socket }: Request, response: Response): Promise<void> {
    await count(this.strangers, placeOf(ip ?? socket.remoteAddress), response);
  }

  /** Whether what a stranger wanted is to be noted: as often as strangers may ask. */
  async isHeard(address: string | undefined): Promise<boolean> {
    return this.heard.consume(placeOf(address)).then(
      () => true,
      () => false,
    );
  }
}

async function count(limiter: RateLimiterMemory, who: string, response: Response): Promise<void> {
  try {
    setHeaders(response, limiter.points, await limiter.consume(who));
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = setHeaders(response, limiter.points, error);
    throw new Problem('too-many-requests', `At most ${limiter.points} requests in ${limiter.duration} s.`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}

function setHeaders(response: Response, limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): number {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  response.set({
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(Math.max(0, remainingPoints)),
    'RateLimit-Reset': String(seconds),
  });
  return seconds;
}

/** Who has one address of IPv6 has the 2^64 of its network. */
export function placeOf(address = 'unknown'): string {
  if (!isIPv6(address) || /\d\.\d/.test(address)) return address;
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const head = before ? before.split(':') : [];
  const tail = after ? after.split(':') : [];
  const groups = after === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
