import type { z } from 'zod';
import type { Handler, HandlerContext } from '../activities/attempt/handler';
import type { Verifier } from '../activities/attempt/verify';
import { type Duration, seconds } from '../http-client/duration';
import type { FailureClass } from '../protocol/task';
import type { Category } from '../tasks/categories';
import { type Contract, defineContract } from '../tasks/contract';
import type { PolicyOverride } from '../tasks/policy-override';

interface Retry {
  /** Attempts that may fail before the task becomes a dead letter. */
  attempts?: number;
  /** Delay before the second attempt. */
  firstDelay?: Duration;
  /** Factor by which each delay is longer than the one before. Defaults to 2. */
  growth?: number;
  /** Longest delay between two attempts. */
  longestDelay?: Duration;
}

/** A task type in one value. All that is not given comes from the category. */
export interface TaskDefinition<Type extends string, Input extends z.ZodType, Output extends z.ZodType> {
  /** Dotted name, `thing.verb`; also the Temporal workflow type, so the Web UI shows it. */
  type: Type;
  /** One sentence for people. Defaults to the type. */
  summary?: string;
  /** Default policy. Defaults to `default`. */
  category?: Category;
  input: Input;
  output: Output;
  /** An input for documentation and forms. Defaults to none. */
  example?: z.input<Input>;
  /** Defaults to the category's. */
  retry?: Retry;
  /** Longest run of one attempt. */
  timeout?: Duration;
  /** How long a key answers with the same task after that task completed. */
  window?: Duration;
  /** The same after it failed. */
  failureWindow?: Duration;
  /** Longest wait for the first worker; then the task fails. Defaults to no limit. */
  maxQueueTime?: Duration;
  /** Waits before each redrive of a dead letter, by class of failure; `false`: a dead letter fails at once. */
  redrives?: false | Partial<Record<FailureClass, readonly Duration[]>>;
  /** Queue of the app, apart from other types. Defaults to the category's. */
  queue?: string;
  /** 1 (first) to 5 (last). */
  priority?: number;
  /** The idempotency key when the caller gives none: made from the input. Defaults to no key: every submission is a new task. */
  key?: (input: z.output<Input>) => string;
  /** Whether running it twice does no harm. Defaults to true. */
  idempotent?: boolean | ((input: z.output<Input>) => boolean);
  /** Work under five seconds may run in the first step of its task. Defaults to false. */
  inline?: boolean;
  /** What a task with this input does, in a line for lists. */
  describe?: (input: z.output<Input>) => string;
  /** The work. What it throws is retried by its class; see `Transient`, `Permanent` and their like. */
  run(input: z.output<Input>, context: HandlerContext): Promise<z.input<Output>>;
  /** Whether the effect has happened, asked when an attempt was lost. Defaults to unknown. */
  verify?: Verifier<Contract<Type, Input, Output>>;
}

/** A task type of an app: its contract, which callers may have without the handler, and what runs it. */
export interface Task<
  Type extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly type: Type;
  readonly contract: Contract<Type, Input, Output>;
  readonly handler: Handler<Contract<Type, Input, Output>>;
  readonly verifier?: Verifier<Contract<Type, Input, Output>>;
}

/** Defines a task type. @throws TypeError for a type that is not a dotted name, or a time that is none. */
export function defineTask<Type extends string, Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Type, Input, Output>,
): Task<Type, Input, Output> {
  const { type, summary = type, category = 'default', input, output, key, idempotent, inline, describe } = definition;
  const contract = defineContract<Type, Input, Output>({
    type,
    summary,
    category,
    input,
    output,
    policy: policyOf(definition),
    ...(key && { keyFrom: key }),
    ...(idempotent !== undefined && { idempotent }),
    ...(inline !== undefined && { inline }),
    ...(describe && { describe }),
    // Without one, pages show the schema alone.
    example: definition.example as z.input<Input>,
  });
  const { verify } = definition;
  return {
    type,
    contract,
    handler: (given, context) => definition.run(given, context),
    ...(verify && { verifier: verify }),
  };
}

function policyOf<Type extends string, Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Type, Input, Output>,
): PolicyOverride {
  const { type, retry = {}, redrives, queue, priority } = definition;
  const time = (name: string, value: Duration | undefined) =>
    value === undefined ? undefined : seconds(value, `${name} of ${type}`);
  const times = {
    firstDelay: time('retry.firstDelay', retry.firstDelay),
    cap: time('retry.longestDelay', retry.longestDelay),
    timeout: time('timeout', definition.timeout),
    window: time('window', definition.window),
    failureWindow: time('failureWindow', definition.failureWindow),
    maxQueueTime: time('maxQueueTime', definition.maxQueueTime),
  };
  return {
    ...(Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined)) as PolicyOverride),
    ...(retry.attempts !== undefined && { attempts: retry.attempts }),
    ...(retry.growth !== undefined && { growth: retry.growth }),
    ...(queue !== undefined && { queue }),
    ...(priority !== undefined && { priority }),
    ...(redrives !== undefined && { redrives: redrivesOf(type, redrives) }),
  };
}

const CLASSES = ['transient', 'external', 'configuration', 'permanent', 'unknown'] as const;

function redrivesOf(
  type: string,
  redrives: false | Partial<Record<FailureClass, readonly Duration[]>>,
): NonNullable<PolicyOverride['redrives']> {
  const given = redrives === false ? Object.fromEntries(CLASSES.map((name) => [name, []])) : redrives;
  return Object.fromEntries(
    Object.entries(given).map(([name, waits]) => [name, waits.map((wait) => seconds(wait, `redrives of ${type}`))]),
  );
}
