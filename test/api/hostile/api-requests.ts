import type { Asked } from '../../support/api';

/** A request, the status that refuses it, and the place that the answer names. */
export interface HostileRequest {
  name: string;
  at: string;
  asked: Asked;
  statuses: readonly number[];
  place?: string;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const SUBMIT = 'POST /v1/tasks';
const order = (more: object) => ({ type: 'test.probe', input: {}, ...more });
const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 60) ?? 'undefined';

function field(
  place: string,
  values: readonly unknown[],
  make: (value: unknown) => object,
  at = SUBMIT,
): HostileRequest[] {
  return values.map((value) => ({
    name: `${place} ${shown(value)}`,
    at,
    asked: { json: make(value) },
    statuses: [422],
    place,
  }));
}

const NO_TENANTS = [
  '',
  ' ',
  'Admin',
  'ADMIN',
  'аdmin',
  'ａdmin',
  '__proto__',
  '.hidden',
  '-a',
  '_a',
  '..',
  '../../etc',
  'a/b',
  'a\\b',
  'a b',
  'a\u0000',
  'a\n',
  'a%00',
  'a"b',
  "a'b",
  'a;b',
  'a\u200bb',
  'a\u202eb',
  'é',
  'x'.repeat(64),
  0,
  null,
  [],
  {},
  true,
];
const NO_TAGS = [
  '',
  ' ',
  'a b',
  'a"b',
  "a'b",
  'a;b',
  'a\\b',
  'a\u0000b',
  'a\u0001',
  'a\n',
  'a\u001b[31m',
  'a\u0085',
  'a\u200bb',
  'a\u202eb',
  '<script>',
  '#{x}',
  'a,b',
  'a*',
  'x'.repeat(129),
  0,
  null,
  [],
  {},
];
const NO_TIMES = [
  '',
  'now',
  'tomorrow',
  '2030',
  '2030-01-31',
  '2030-01-31T08:00',
  '2030-01-31T08:00:00',
  '2030-02-30T08:00:00Z',
  '2030-13-01T08:00:00Z',
  '2030-01-31T25:00:00Z',
  '2030-01-31T08:61:00Z',
  '2030-01-31T08:00:00+25:00',
  '2030-01-31 08:00:00Z',
  '20300131T080000Z',
  '+12030-01-31T08:00:00Z',
  '0000-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59-23:59',
  '9999-12-31T00:00:00Z',
  '2030-01-31T08:00:00Z\n',
  'Thu, 31 Jan 2030 08:00:00 GMT',
  1_900_000_000,
  null,
  [],
  {},
];
const NO_NUMBERS = [-1, -0.001, 365 * 86_400 + 1, 1e12, '1', '', null, [], {}, true];
const NO_URLS = [
  '',
  'example.com',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,a',
  '//example.com',
  'http:/example.com',
  'http:\\\\example.com',
  'http://',
  'https://user@example.com/',
  'https://user:p@example.com/',
  'https://@example.com/',
  'https://example.com\\@evil.example/',
  'https://exa mple.com/',
  'https://example.com/\n',
  'ht\ntps://example.com/',
  'https://[::1',
  'https://256.1.1.1/',
  'https://example.com:99999/',
  `https://example.com/${'x'.repeat(2048)}`,
  0,
  null,
  {},
];
const NO_CRONS = [
  '',
  '*',
  '* * * *',
  '* * * * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * * 8',
  '-1 * * * *',
  '1-0 * * * *',
  '*/0 * * * *',
  '*/-1 * * * *',
  '*/99999999999999999999 * * * *',
  '1,,2 * * * *',
  'a * * * *',
  '@never',
  '0 0 * * MOO',
  '0\u00000 * * *',
  '0 0 * * *; rm',
  `${'0,'.repeat(200)}0 * * * *`,
  0,
  null,
  {},
];
const NO_ZONES = [
  '',
  'Mars/Phobos',
  'europe/berlinn',
  '../UTC',
  'UTC\u0000',
  '+99:00',
  'Europe/Berlin ',
  'x'.repeat(65),
  0,
  null,
  {},
];
const NO_EVENTS = [
  '',
  ' ',
  'order paid',
  'order..paid',
  '.order',
  'order.',
  'ORDER PAID',
  'order.paid\n',
  'order.\u0000',
  '../x',
  'x'.repeat(300),
  0,
  null,
  [],
  {},
];

const schedule = (more: object) => order({ id: 'hostile', every: 3600, ...more });

const FIELDS: HostileRequest[] = [
  ...field('/tenant', NO_TENANTS, (tenant) => order({ tenant })),
  ...field('/tags', NO_TAGS, (tag) => order({ tags: ['fine', tag] })),
  ...field('/runAt', NO_TIMES, (runAt) => order({ runAt })),
  ...field('/delay', NO_NUMBERS, (delay) => order({ delay })),
  ...field('/notify/0', NO_URLS, (url) => order({ notify: [{ url }] })),
  ...field('/url', NO_URLS, (url) => ({ url, events: ['*'] }), 'POST /v1/webhook-subscriptions'),
  ...field('/cron', NO_CRONS, (cron) => schedule({ every: undefined, cron }), 'POST /v1/schedules'),
  ...field(
    '/timeZone',
    NO_ZONES,
    (timeZone) => schedule({ every: undefined, cron: '0 0 * * *', timeZone }),
    'POST /v1/schedules',
  ),
  ...field('/event', NO_EVENTS, (event) => ({ event, data: {} }), 'POST /v1/events'),
];

const bytes = (name: string, raw: string | Uint8Array, statuses: readonly number[] = [400]): HostileRequest => ({
  name: `the body ${name}`,
  at: SUBMIT,
  asked: { raw, headers: JSON_TYPE },
  statuses,
});
const valued = (value: string) => `{"type":"test.probe","input":{"value":${value}}}`;

const BODIES: HostileRequest[] = [
  bytes('of a byte order mark alone', '\ufeff'),
  bytes('in UTF-16', Buffer.from(valued('1'), 'utf16le')),
  bytes('in latin-1', Buffer.from(valued('"é"'), 'latin1')),
  bytes(
    'of an overlong character',
    Buffer.concat([Buffer.from(valued('"').slice(0, -2)), Buffer.from([0xc0, 0xaf]), Buffer.from('"}}')]),
  ),
  bytes('with a comment', valued('/* */1')),
  bytes('with a comma too many', valued('[1,]')),
  bytes('in single quotes', "{'type':'test.probe'}"),
  bytes('with NaN', valued('NaN')),
  bytes('with Infinity', valued('-Infinity')),
  bytes('with undefined', valued('undefined')),
  bytes('with a leading zero', valued('01')),
  bytes('with a hexadecimal number', valued('0x1')),
  bytes('with a number that ends in a point', valued('1.')),
  bytes('with a number beyond all', valued('1e400')),
  bytes('with a negative number beyond all', valued('-1e400')),
  bytes('with a control character', valued('"a\u0001"')),
  bytes('with a line feed in a text', valued('"a\nb"')),
  bytes('with a wrong escape', valued('"\\x41"')),
  bytes('with half a surrogate', valued('"\\ud83d"')),
  bytes('with the wrong half', valued('"\\ude00\\ud83d"')),
  bytes('that goes on after its end', `${valued('1')}{}`),
  bytes('that is cut off', valued('1').slice(0, -1)),
  bytes('with __proto__', valued('{"__proto__":{"a":1}}')),
  bytes('with an escaped __proto__', valued('{"\\u005f_proto__":{"a":1}}')),
  bytes('with a constructor', valued('{"constructor":{"prototype":{"a":1}}}')),
  bytes('with __proto__ beside the type', '{"type":"test.probe","input":{},"__proto__":{"tenant":"a"}}'),
  bytes('of 40 levels', valued(`${'['.repeat(40)}${']'.repeat(40)}`)),
  bytes('of 100,000 levels', '['.repeat(100_000)),
  bytes('of 2,000,000 values', valued(`[${'0,'.repeat(2_000_000)}0]`), [413]),
  bytes('of nine MiB', valued(`"${'x'.repeat(9 * 1024 * 1024)}"`), [413]),
  bytes('of a text', '"test.probe"', [422]),
  bytes('of a number', '1', [422]),
  bytes('of null', 'null', [422]),
  bytes('of a list', '[]', [422]),
  bytes('of nothing but fields nobody knows', '{"a":1,"b":2}', [422]),
  bytes('with toString as its type', '{"type":"toString","input":{}}', [422]),
  bytes('with constructor as its type', '{"type":"constructor","input":{}}', [422]),
  bytes('with a prototype as its type', '{"type":"__proto__","input":{}}', [422]),
  bytes('with the type of a control workflow', '{"type":"batch","input":{}}', [422]),
];

const header = (
  name: string,
  headers: Record<string, string>,
  statuses: readonly number[] = [400],
): HostileRequest => ({
  name,
  at: SUBMIT,
  asked: { json: order({}), headers },
  statuses,
});

const HEADERS: HostileRequest[] = [
  ...['a"', '"a', '""', '"a"b', '"a\\', 'a\tb', 'ä', 'a\u0080b', '"a\\b"', 'k'.repeat(256)].map((key) =>
    header(`the key ${shown(key)}`, { 'Idempotency-Key': key }),
  ),
  ...['wait=-1', 'wait=1.5', 'wait=1e2', 'wait=0x1', 'wait=', 'wait="', 'wait=ten', `wait=${'9'.repeat(20)}`].map(
    (prefer) => header(`the preference ${shown(prefer)}`, { Prefer: prefer }),
  ),
  ...[
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'text/json',
    'nonsense',
    ';',
  ].map((type) => header(`a body of ${type}`, { 'Content-Type': type }, [415])),
  ...['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'x'].map((coding) =>
    header(`a body in ${coding}`, { 'Content-Encoding': coding }, [415]),
  ),
];

const query = (at: string, values: readonly string[], statuses: readonly number[] = [400]): HostileRequest[] =>
  values.map((value) => ({ name: `${at}${value.slice(0, 80)}`, at: `GET ${at}${value}`, asked: {}, statuses }));

const QUOTES = [
  '%00',
  '%01',
  '%0a',
  '%0d%0a',
  '%1b',
  '%7f',
  '%c2%85',
  '%ff',
  '%',
  '%2',
  '%zz',
  'x%22y',
  'x'.repeat(300),
];
const NO_COUNTS = [
  '',
  '0',
  '-1',
  '+1',
  '1.0',
  '1e2',
  '0x10',
  '%201',
  '1%20',
  '201',
  '9'.repeat(30),
  'ten',
  'NaN',
  '1;',
  '1,2',
];
const NO_QUERY_TIMES = [
  '',
  'yesterday',
  '2030',
  '2030-01-31',
  '2030-02-30T00:00:00Z',
  '2030-01-31T08:00:00',
  '0000-01-01T00:00:00%2B23:59',
  "2030-01-31T08:00:00Z'",
];
const signed = (text: string) => Buffer.from(text).toString('base64url');
const NO_CURSORS = [
  '',
  'a',
  'null',
  '0',
  '-1',
  '%00',
  '../../etc/passwd',
  signed('null'),
  signed('[]'),
  signed('["",0]'),
  signed('["",-1,"x"]'),
  signed('["",1e308,"x"]'),
  signed('[1e999,-0,{}]'),
  signed('{"__proto__":1}'),
  `WyI${'A'.repeat(60)}`,
  `WyJ${'_'.repeat(200)}`,
  `WyJ${'A'.repeat(9000)}`,
  `${signed('["AAAA",50,"')}${'A'.repeat(80)}`,
];

const QUERIES: HostileRequest[] = [
  ...query('/v1/tasks?tag=', QUOTES),
  ...query('/v1/tasks?tenant=', QUOTES),
  ...query(
    '/v1/dead-letters?failureCode=',
    QUOTES.filter((value) => value !== 'x%22y'),
  ),
  ...query('/v1/dead-letters.csv?tag=', QUOTES),
  ...query('/v1/tasks?limit=', NO_COUNTS),
  ...query('/v1/batches?limit=', NO_COUNTS),
  ...query('/v1/tasks?createdAfter=', NO_QUERY_TIMES),
  ...query('/v1/dead-letters?createdBefore=', NO_QUERY_TIMES),
  ...['tasks', 'dead-letters', 'batches', 'bulk-actions', 'schedules'].flatMap((list) =>
    query(`/v1/${list}?cursor=`, NO_CURSORS),
  ),
  ...query('/v1/tasks?', [
    'state=done',
    'state=',
    'state=failed&state=x',
    'order=id',
    '__proto__=1',
    'constructor=1',
    'type[]=a',
    'type[$ne]=a',
    'tag=a&tag=b',
    'key=a',
    '%ff=a',
    'limit=1&limit=2',
    'type=a%00',
  ]),
];

/** Filters that would mean something else in a query language. They find nothing, or are refused. */
const INJECTIONS = [
  "' OR 1=1 --",
  "x' OR 'a'='a",
  "a') OR (1=1",
  "\\' OR 1=1",
  'x OR ExecutionStatus="Running"',
  "x' UNION SELECT 1",
  '%',
  '_',
  '*',
  '#{7*7}',
  '{{7*7}}',
  '`',
  'TaskState',
];
const FILTERS: HostileRequest[] = INJECTIONS.flatMap((text) =>
  ['type', 'tenant', 'tag', 'category', 'failureCode', 'fingerprint'].map((name) => ({
    name: `the filter ${name}=${text}`,
    at: `GET /v1/tasks?${name}=${encodeURIComponent(text)}`,
    asked: {},
    statuses: [200, 400],
  })),
);

const FILES: HostileRequest[] = [
  ...['..%2fa', '%2fetc%2fpasswd', 'a%5cb', 'a%00', 'a%0d%0aX-A:%20b', '%7f', '', 'x'.repeat(256)].map((name) => ({
    name: `a file called ${name.slice(0, 40)}`,
    at: `POST /v1/files?name=${name}`,
    asked: { raw: 'x' },
    statuses: [400],
  })),
  ...[
    'x',
    '..',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'sha256:',
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha1:${'0'.repeat(40)}`,
    `sha256:${'0'.repeat(64)}%00`,
    `sha256%3A..%2f${'0'.repeat(61)}`,
    `sha256:${'0'.repeat(64)}`,
  ].map((hash) => ({
    name: `the file ${hash.slice(0, 40)}`,
    at: `GET /v1/files/${hash}`,
    asked: {},
    statuses: [404],
  })),
];

const NAMES: HostileRequest[] = [
  '%01',
  '%00',
  '%0a',
  '%20',
  '..%2f..',
  '%c2%85',
  '%F0%9F%92%A3',
  "'%20OR%201=1",
  '%22',
  '*',
  'holdfast-control',
  'x'.repeat(300),
].flatMap((id) =>
  ['tasks', 'batches', 'bulk-actions', 'schedules', 'webhook-subscriptions', 'keys', 'dead-letters'].map((room) => ({
    name: `${room} called ${id.slice(0, 30)}`,
    at: `GET /v1/${room}/${id}`,
    asked: {},
    statuses: [404],
  })),
);

export const API_REQUESTS: readonly HostileRequest[] = [
  ...FIELDS,
  ...BODIES,
  ...HEADERS,
  ...QUERIES,
  ...FILTERS,
  ...FILES,
  ...NAMES,
];
