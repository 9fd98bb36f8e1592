import { byEntry, type Judge, LIKELY, type Rows } from './verdict';

/** Classes of errors, by name: also those of libraries that are not loaded here. */
export const ERROR_TYPES: Rows = {
  PERMANENT_LOGIC: [
    'TypeError',
    'ReferenceError',
    'RangeError',
    'SyntaxError',
    'URIError',
    'EvalError',
    'AssertionError',
  ],
  PERMANENT_VALIDATION: ['ValidationError'],
  PERMANENT_NOT_FOUND: ['NotFoundError'],
  PERMANENT_PERMISSION: ['PermissionError', 'ForbiddenError', 'UnauthorizedError'],
  TRANSIENT_NETWORK: ['ConnectionError', 'NetworkError'],
  EXTERNAL_TIMEOUT: ['TimeoutError', 'AbortError'],
};

const CODES = byEntry(ERROR_TYPES);

/** Each generation between an error and the class that says something takes this off. */
const INHERITED = 0.8;

export const ofErrorTypes: Judge = ({ lineage }) => {
  const depth = lineage.findIndex((name) => CODES.has(name));
  const code = CODES.get(lineage[depth] ?? '');
  return code && { code, confidence: LIKELY * INHERITED ** depth };
};
