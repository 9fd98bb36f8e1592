import { readFileSync } from 'node:fs';
import path from 'node:path';
import { classify } from '../../src/activities/classify';
import { ERROR_TYPES } from '../../src/activities/classify/error-types';
import { HTTP_STATUS } from '../../src/activities/classify/http-status';
import { MESSAGES } from '../../src/activities/classify/messages';
import { HOLDFAST_ERRORS } from '../../src/activities/classify/own-errors';
import { SQL_STATES } from '../../src/activities/classify/postgres';
import { EXIT_CODES, SIGNALS } from '../../src/activities/classify/processes';
import { MAILER_ERRORS, SMTP_REPLIES } from '../../src/activities/classify/smtp';
import { SYSTEM_ERRORS } from '../../src/activities/classify/system-errors';
import type { Rows } from '../../src/activities/classify/verdict';
import { type ErrorCode, HoldfastError } from '../../src/errors';
import { FAILURE_CODES, type FailureCode } from '../../src/tasks/failure-codes';

const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'reference', 'failure-codes.md'), 'utf8');

/** The rows of the table under a heading, without the table's head. */
function tableUnder(heading: string): string[][] {
  const [, after = ''] = page.split(`# ${heading}\n`);
  const [section = ''] = after.split(/^#/m);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const plain = (cell = '') => cell.replaceAll('`', '');

/** Pairs of a thing and its code, from a table whose rows are a code and the things that amount to it. */
function pairsUnder(heading: string): [thing: string, code: string][] {
  return tableUnder(heading).flatMap(([code, things = '']) =>
    things.split(', ').map((thing): [string, string] => [plain(thing), plain(code)]),
  );
}

const pairsOf = (rows: Rows) => Object.entries(rows).flatMap(([code, things]) => things.map((thing) => [thing, code]));
const failing = (fields: object) => Object.assign(new Error('x'), fields);
const named = (name: string) => Object.assign(Object.create({ constructor: { name } }), { message: 'x' });

/** Each table: its heading, its content in the code, and what is thrown for one of its things. */
const TABLES: [heading: string, pairs: unknown[][], thrown: (thing: string) => unknown][] = [
  ["Holdfast's own errors", Object.entries(HOLDFAST_ERRORS), (code) => new HoldfastError(code as ErrorCode, 'x')],
  ['Codes of system errors', pairsOf(SYSTEM_ERRORS), (code) => failing({ code })],
  ['HTTP status', pairsOf(HTTP_STATUS), (status) => failing({ response: { status: Number(status) } })],
  ['SMTP replies', pairsOf(SMTP_REPLIES), (reply) => failing({ responseCode: Number(reply), response: `${reply} no` })],
  ['Codes of nodemailer', pairsOf(MAILER_ERRORS), (code) => failing({ code, command: 'CONN' })],
  ['SQLSTATE', pairsOf(SQL_STATES), (state) => failing({ code: state.padEnd(5, '0'), severity: 'ERROR' })],
  ['Signals that end a child process', Object.entries(SIGNALS), (signal) => failing({ cmd: 'x', code: null, signal })],
  ['Exit codes of a child process', Object.entries(EXIT_CODES), (code) => failing({ cmd: 'x', code: Number(code) })],
  ['Classes of errors', pairsOf(ERROR_TYPES), named],
];

describe('docs/reference/failure-codes.md', () => {
  it.each(TABLES)('lists all of: %s', (heading, pairs) => {
    expect(pairsUnder(heading).sort()).toEqual(pairs.sort());
  });

  it.each(
    TABLES.flatMap(([heading, , thrown]) =>
      pairsUnder(heading).map(([thing, code]) => ({ heading, thing, code, thrown })),
    ),
  )('$heading: $thing is $code', ({ thing, code, thrown }) => {
    expect(classify(thrown(thing)).code).toBe(code);
  });

  it('lists every message with its code and confidence', () => {
    const told = tableUnder('Messages').map(([says, code, confidence]) => [says, plain(code), Number(confidence)]);
    expect(told).toEqual(MESSAGES.map(({ says, code, confidence }) => [says, code, confidence]));
  });

  it.each(tableUnder('Messages'))('an error that says "%s" is %s', (says = '', code, confidence) => {
    const expected = { code: plain(code), confidence: Number(confidence) };
    expect(classify(new Error(says))).toMatchObject(expected);
    expect(classify(new Error(`${says.toUpperCase()}`))).toMatchObject(expected);
  });

  it('lists every failure code', () => {
    const retries = ({ retry }: FailureCode) =>
      retry
        ? `${retry.attempts}, ${retry.firstDelay} s, ${retry.curve} ${retry.growth}, ${retry.cap} s, ${retry.jitter}`
        : '–';
    expect(tableUnder('The codes').map(([code, ...cells]) => [plain(code), ...cells])).toEqual(
      Object.entries<FailureCode>(FAILURE_CODES).map(([code, failure]) => [
        code,
        failure.class,
        failure.retryable ? 'yes' : 'no',
        retries(failure),
        failure.action,
        failure.advice,
      ]),
    );
  });
});

describe('what the tables do not list', () => {
  it.each<[string, object, string]>([
    ['another status of the 400s', { status: 418 }, 'PERMANENT_VALIDATION'],
    ['another status of the 500s', { statusCode: 599 }, 'EXTERNAL_API_ERROR'],
    ['a status of the AWS SDK', { $metadata: { httpStatusCode: 503 } }, 'EXTERNAL_API_DOWN'],
    ['a 403 that names a time', { status: 403, headers: { 'retry-after': '60' } }, 'TRANSIENT_RATE_LIMIT'],
    ['a status that is an exit code', { status: 1 }, 'UNKNOWN'],
    ['another reply of the 400s', { responseCode: 455, command: 'RCPT TO' }, 'TRANSIENT_RESOURCE'],
    ['another reply of the 500s', { responseCode: 541, command: 'DATA' }, 'PERMANENT_VALIDATION'],
    ['a reply of policy', { responseCode: 550, response: '550 5.7.1 relaying denied' }, 'PERMANENT_PERMISSION'],
    [
      'a reply that outranks the code of the mailer',
      { code: 'EAUTH', responseCode: 454, command: 'AUTH' },
      'TRANSIENT_RESOURCE',
    ],
    ['a number that is no reply', { responseCode: 550 }, 'UNKNOWN'],
    ['a deadlock of PostgreSQL', { code: '40P01', severity: 'ERROR' }, 'TRANSIENT_DATABASE'],
    ['a doubled key of PostgreSQL', { code: '23505', severity: 'ERROR' }, 'PERMANENT_VALIDATION'],
    ['an SQLSTATE in sqlState', { code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }, 'TRANSIENT_DATABASE'],
    ['five characters that are no SQLSTATE', { code: 'P2002' }, 'UNKNOWN'],
    ['a program that another ended in time', { cmd: 'x', killed: true, signal: 'SIGTERM' }, 'EXTERNAL_TIMEOUT'],
    ['the missing program of a process', { code: 'ENOENT', syscall: 'spawn convert' }, 'CONFIG_MISSING_SERVICE'],
  ])('%s', (_name, fields, code) => {
    expect(classify(failing(fields)).code).toBe(code);
  });
});

describe('Retry-After', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

  const parts = (seconds: number) => inSeconds(seconds).split(/[ ,]+/);
  const LONG_DAYS: Record<string, string> = { Tue: 'Tuesday', Wed: 'Wednesday', Thu: 'Thursday', Sat: 'Saturday' };
  const rfc850 = (seconds: number) => {
    const [weekday = '', day, month, year = '', time] = parts(seconds);
    return `${LONG_DAYS[weekday] ?? `${weekday}day`}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
  };
  const asctime = (seconds: number) => {
    const [weekday, day = '', month, year, time] = parts(seconds);
    return `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
  };

  it.each<[string, object, number]>([
    ['seconds', { headers: { 'retry-after': '30' } }, 30],
    ['seconds in any case of the name', { headers: { 'Retry-After': 30 } }, 30],
    ['seconds in a response', { response: { status: 429, headers: { 'retry-after': '30' } } }, 30],
    ['seconds that came twice', { headers: { 'retry-after': '30, 60' } }, 30],
    ['seconds in Headers', { response: { headers: new Headers({ 'Retry-After': '30' }) } }, 30],
    ['seconds in a flat list', { headers: ['date', 'today', 'Retry-After', '30'] }, 30],
    ['the first of several', { headers: { 'retry-after': ['30', '60'] } }, 30],
    ['a date', { headers: { 'retry-after': inSeconds(1000) } }, 1000],
    ['a date of RFC 850', { headers: { 'retry-after': rfc850(1000) } }, 1000],
    ['a date of asctime', { headers: { 'retry-after': asctime(1000) } }, 1000],
    ['a date of asctime in a day of one digit', { headers: { 'retry-after': 'Sun Nov  6 08:49:37 2194' } }, 86_400],
    ['a date of RFC 850 in a year of two digits', { headers: { 'retry-after': rfc850(3600) } }, 3600],
    ['a day at most', { headers: { 'retry-after': '999999' } }, 86_400],
  ])('is read: %s', (_name, fields, seconds) => {
    const retryAfter = classify(failing({ status: 503, ...fields })).retryAfter ?? 0;
    expect(retryAfter).toBeGreaterThan(seconds * 0.9);
    expect(retryAfter).toBeLessThanOrEqual(seconds);
  });

  it.each([
    '0',
    '-5',
    'soon',
    '',
    inSeconds(-100),
    '12 apples',
    'Infinity',
    asctime(-100),
    rfc850(-100),
    'Sun Feb 30 08:49:37 2194',
    'Sun, 06 Nov 2194 25:00:00 GMT',
    '2194-11-06T08:49:37Z',
  ])('that says "%s" says nothing', (value) => {
    expect(classify(failing({ status: 503, headers: { 'retry-after': value } })).retryAfter).toBeUndefined();
  });
});
