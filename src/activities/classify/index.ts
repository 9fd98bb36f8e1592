import type { FailureClass } from '../../protocol/task';
import { FAILURE_CODES, type FailureCodeName } from '../../tasks/failures';
import { redactText } from '../../tasks/redact';
import { ofErrorTypes } from './error-types';
import { ofHttpStatus } from './http-status';
import { messageOf } from './message-of';
import { ofMessages } from './messages';
import { ofOwnErrors } from './own-errors';
import { ofPostgres } from './postgres';
import { ofProcesses } from './processes';
import { retryAfterIn } from './retry-after';
import { ofSmtp } from './smtp';
import { ofSystemErrors } from './system-errors';
import { type Thing, thingsIn } from './thing';
import type { Judge, Verdict } from './verdict';

/** What a thrown thing amounts to. */
export interface Classified {
  code: FailureCodeName;
  class: FailureClass;
  /** Without secrets. */
  message: string;
  /** 0 (nothing is known) to 1 (the handler reported it itself). */
  confidence: number;
  /** Seconds that the other side asked to wait, a day at most. */
  retryAfter?: number;
  /** Name of the class of what was thrown: `TypeError`. */
  error: string;
}

/** Of equally sure ones the first counts. */
const JUDGES: readonly Judge[] = [
  ofOwnErrors,
  ofSmtp,
  ofHttpStatus,
  ofPostgres,
  ofSystemErrors,
  ofProcesses,
  ofErrorTypes,
  ofMessages,
];

const NOTHING_KNOWN: Verdict = { code: 'UNKNOWN', confidence: 0 };

const LONGEST_NAME = 100;

/**
 * Names the failure in anything a handler throws, by the tables of `docs/reference/failure-codes.md`: the surest verdict
 * on the thing itself or on one of its causes. Never throws, whatever is thrown.
 */
export function classify(thrown: unknown): Classified {
  try {
    return classifyThings(thingsIn(thrown));
  } catch {
    const message = 'The handler threw something that cannot be read';
    return { code: 'UNKNOWN', class: 'unknown', message, confidence: 0, error: typeof thrown };
  }
}

function classifyThings(things: readonly Thing[]): Classified {
  let best = { verdict: NOTHING_KNOWN, thing: things[0] };
  for (const thing of things) {
    for (const judge of JUDGES) {
      const verdict = judge(thing);
      if (verdict && verdict.confidence > best.verdict.confidence) best = { verdict, thing };
    }
  }
  const { code, confidence } = best.verdict;
  const retryAfter = things.map((thing) => retryAfterIn(thing)).find((seconds) => seconds !== undefined);
  return {
    code,
    class: FAILURE_CODES[code].class,
    message: redactText(fullMessage(things, best.thing)),
    confidence,
    ...(retryAfter !== undefined && { retryAfter }),
    error: redactText((things[0]?.name ?? '').slice(0, LONGEST_NAME)),
  };
}

/** `fetch failed` alone helps nobody: the cause that decided is named too. */
function fullMessage([thrown]: readonly Thing[], decided: Thing | undefined): string {
  const outer = thrown ? messageOf(thrown) : '';
  const inner = decided && decided !== thrown ? messageOf(decided) : '';
  return outer.includes(inner) ? outer : `${outer}: ${inner}`;
}
