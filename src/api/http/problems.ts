import { isDiskFull } from '../../artifacts/local/disk-space';
import { type ErrorCode, HoldfastError } from '../../errors';

/** What only HTTP can get wrong; the rest are Holdfast's own codes. */
type HttpCode =
  | 'malformed-request'
  | 'unauthorized'
  | 'no-such-route'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'provider-unavailable'
  | 'internal';
export type ProblemCode = ErrorCode | HttpCode;

/** The one table from codes to what RFC 9457 shows of them. */
export const PROBLEMS: Record<ProblemCode, { status: number; title: string }> = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'Refused' },
  'task-not-found': { status: 404, title: 'No such task' },
  'not-found': { status: 404, title: 'Not found' },
  'no-such-route': { status: 404, title: 'No such address' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'state-conflict': { status: 409, title: "The task's state does not allow it" },
  'already-exists': { status: 409, title: 'There is such a one already' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'unknown-task-type': { status: 422, title: 'No such task type' },
  'key-reused': { status: 422, title: 'The idempotency key stands for another payload' },
  'window-too-long': { status: 422, title: 'The window is too long' },
  'too-many-requests': { status: 429, title: 'Too many requests at once' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Internal error' },
  'provider-unavailable': { status: 503, title: 'The sign-in provider is away' },
  unavailable: { status: 503, title: 'Temporal is away' },
  'storage-unavailable': { status: 503, title: 'The artifact store is away' },
  'storage-full': { status: 507, title: 'There is no room to store it' },
  'not-set-up': { status: 503, title: 'The namespace is not set up yet' },
  'encryption-key-unknown': { status: 503, title: 'The key that it was encrypted with is missing' },
  damaged: { status: 500, title: 'Damaged where it is kept' },
};

/** Where a request is at fault: a JSON pointer into its body, or the name of a query parameter or header. */
interface Fault {
  pointer?: string;
  parameter?: string;
  header?: string;
  detail: string;
}

interface ProblemExtra {
  errors?: Fault[];
  taskId?: string;
  state?: string;
  /** Headers of the answer. */
  headers?: Record<string, string>;
}

/** An answer that says what went wrong, on its way to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extra: ProblemExtra = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** What is wrong may quote what was sent, which may be long. */
const LONGEST_DETAIL = 2000;
const LONGEST_POINTER = 300;
const MOST_FAULTS = 100;

/** The problem as RFC 9457 writes it. */
export function problemBody({ code, message, extra }: Problem, requestId?: string, instance?: string) {
  const { headers: _headers, errors, ...members } = extra;
  return {
    type: `urn:holdfast:problem:${code}`,
    ...PROBLEMS[code],
    detail: clip(message, LONGEST_DETAIL),
    ...(instance !== undefined && { instance }),
    code,
    ...(requestId !== undefined && { requestId }),
    ...(errors && { errors: errors.slice(0, MOST_FAULTS).map(clipFault) }),
    ...members,
  };
}

function clipFault({ pointer, detail, ...rest }: Fault): Fault {
  return {
    ...(pointer !== undefined && { pointer: clip(pointer, LONGEST_POINTER) }),
    ...rest,
    detail: clip(detail, LONGEST_DETAIL),
  };
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Turns anything thrown into a problem. Unexpected errors reveal nothing to the caller. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HoldfastError) return ofHoldfast(error);
  const { status, type, message } = (error ?? {}) as { status?: unknown; type?: unknown; message?: string };
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    return new Problem('invalid-request', `Temporal does not take this: ${refusal}`, {}, { cause: error });
  }
  if (isDiskFull(error)) {
    return new Problem(
      'storage-full',
      'The disk is full here; nothing more can be stored until there is room.',
      {},
      { cause: error },
    );
  }
  if (type === 'entity.too.large') return new Problem('too-large', 'The body is too large.', {}, { cause: error });
  if (type === 'encoding.unsupported') {
    return new Problem('unsupported-media-type', 'Send the body without a Content-Encoding.', {}, { cause: error });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem('malformed-request', message ?? 'The request cannot be read.', {}, { cause: error });
  }
  return new Problem(
    'internal',
    'Something went wrong here; the log has it under the request ID.',
    {},
    { cause: error },
  );
}

/** gRPC's own status for what is wrong with a request, whatever the state of the system. */
const INVALID_ARGUMENT = 3;

/** What the server said of a value that passed all checks here and not its own; it is no fault of the system's. */
function refusalOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; typeof current === 'object' && current !== null && depth < 10; depth++) {
    const { code, details, cause } = current as { code?: unknown; details?: unknown; cause?: unknown };
    if (code === INVALID_ARGUMENT && typeof details === 'string') return details;
    current = cause;
  }
  return undefined;
}

function ofHoldfast(error: HoldfastError): Problem {
  const { issues, retryAfter, taskId, state } = error.extra;
  // Without a pointer it is not the body that is wrong, but the address.
  const code = error.code === 'invalid-request' && !issues ? 'malformed-request' : error.code;
  return new Problem(
    code,
    error.message,
    {
      ...(issues && { errors: issues.map(({ pointer, message }) => ({ pointer, detail: message })) }),
      ...(taskId !== undefined && { taskId }),
      ...(state !== undefined && { state }),
      ...(retryAfter !== undefined && { headers: { 'Retry-After': String(retryAfter) } }),
    },
    { cause: error },
  );
}
