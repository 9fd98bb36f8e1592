import fc from 'fast-check';
import { redactText, redactValue } from '../../src/tasks/redact';

/** Parts that names of secrets are made of. */
const SECRETS = [
  'password',
  'passwd',
  'token',
  'secret',
  'api_key',
  'apikey',
  'auth_token',
  'session_key',
  'csrf_token',
  'authorization',
  'cookie',
  'access_token',
  'refresh_token',
  'client_secret',
  'private_key',
  'credentials',
  'passcode',
  'app_key',
  'consumer_key',
  'subscription_key',
  'connection_string',
  'session_id',
] as const;

const STYLES: ((words: string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join(''),
  (words) => words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('-'),
];

const secretName = fc
  .tuple(fc.constantFrom('', 'db', 'user', 'x'), fc.constantFrom(...SECRETS), fc.constantFrom(...STYLES))
  .map(([prefix, name, style]) => style([...(prefix ? [prefix] : []), ...name.split('_')]));
/** Cannot be part of anything else in a text. */
const secret = fc.stringMatching(/^Q[A-Za-z0-9!#$%*+./:;=?@^_|~&-]{8,40}Z$/);
const words = fc.stringMatching(/^[a-z ,.]{0,30}$/);

const FORMS: ((name: string, secret: string) => string)[] = [
  (name, value) => `${name}=${value}`,
  (name, value) => `${name}: ${value}`,
  (name, value) => `${name} = "${value}"`,
  (name, value) => `--${name.replace(/^-+/, '')} ${value}`,
  (name, value) => JSON.stringify({ a: 1, [name]: value, z: [2] }),
  (name, value) => JSON.stringify(JSON.stringify({ [name]: value })),
  (name, value) => `{ ${name}: '${value}' }`,
  (name, value) => JSON.stringify({ [name]: { nested: [value] } }),
  (_name, value) => `https://example.test:80/?q=1&api_key=${value}`,
  (_name, value) => `Authorization: Basic ${value}`,
  (_name, value) => `Cookie: theme=dark; sid="${value}"; a=b`,
  (_name, value) => `Bearer ${value.replace(/[^\w.~+/-]/g, '-')}`,
  (_name, value) => `postgres://app:${encodeURIComponent(value)}@db:5432/app`,
  (_name, value) => `key sk_live_${value.replace(/\W/g, '')}`,
  (_name, value) => `-----BEGIN RSA PRIVATE KEY-----\n${value}\n-----END RSA PRIVATE KEY-----`,
];

/** The secret in any of the spellings that the forms give it. */
function survives(text: string, value: string): boolean {
  const spellings = [value, encodeURIComponent(value), value.replace(/[^\w.~+/-]/g, '-'), value.replace(/\W/g, '')];
  return spellings.some((spelling) => text.includes(spelling));
}

describe('a text', () => {
  it('lets no planted secret through, wherever it stands', () => {
    fc.assert(
      fc.property(words, fc.constantFrom(...FORMS), secretName, secret, words, (before, form, name, value, after) => {
        expect(survives(redactText(`${before} ${form(name, value)} ${after}`), value)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  // In two parts, so that no scanner takes the examples for real.
  it.each([
    ['ghp_', '16C7e42F292c6912E7710c838347Ae178B4a'],
    ['whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['AKIA', 'IOSFODNN7EXAMPLE'],
    ['sk_test_', '4eC39HqLyjWDarjtT1zdp7dc'],
    ['xoxb-', '17653672481-pdFZKVeTuE8sk7oO'],
    ['glpat-', 'A7d93kd92md0s82mdk1a'],
    ['eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N'],
  ])('loses a key that tells itself by its beginning %s', (beginning, rest) => {
    expect(redactText(`refused: ${beginning}${rest}, sorry`)).toBe('refused: [REDACTED], sorry');
  });

  it('knows the short names of secrets as whole words only', () => {
    const secret = { cvv: '123', cardPin: '9999', otp: '1', id_jwt: 'x', dbPwd: 'y' };
    const open = { spin: 'a', pinned: 'b', optics: 'c', pinpoint_pages: ['7'] };
    expect(redactValue({ ...secret, ...open })).toEqual({
      ...Object.fromEntries(Object.keys(secret).map((name) => [name, '[REDACTED]'])),
      ...open,
    });
    expect(redactText('otp: 123456, pin=0000; spin: 3, pinned: 4')).toBe(
      'otp: [REDACTED] pin=[REDACTED] spin: 3, pinned: 4',
    );
  });

  it('keeps what is around a secret', () => {
    expect(redactText('login of bob failed: password=hunter2 (attempt 3)')).toBe(
      'login of bob failed: password=[REDACTED] (attempt 3)',
    );
    expect(redactText('{"user":"bob","apiKey":"k\\"1","n":1}')).toBe('{"user":"bob","apiKey":"[REDACTED]","n":1}');
    expect(redactText('GET https://u:p@host:8080/x failed')).toBe('GET https://[REDACTED]@host:8080/x failed');
    expect(redactText('Authorization: Basic abc=\nHost: x')).toBe('Authorization: [REDACTED]\nHost: x');
  });

  it.each([
    'the tokenizer: slow, the secretary: away, monkey=1',
    'max_tokens: 4096 is too much',
    'password: null, token=undefined',
    'Unexpected token < in JSON at position 0',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'missing environment variable SMTP_PASSWORD',
    'see https://example.test/a?b=c#d, mail a@b.test',
  ])('that holds no secret stays: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('of any kind is taken, and taking it twice changes nothing', () => {
    const pieces = fc.constantFrom(
      'password',
      '=',
      ':',
      '"',
      "'",
      '\\',
      '[',
      '{',
      ' ',
      '--',
      '://',
      '@',
      'Bearer ',
      '\n',
    );
    const text = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 30 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, (any) => {
        const once = redactText(any);
        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    'token',
    'password=',
    'secret_',
    '"',
    '\\',
    '://a@',
    'eyJ-',
    '-----BEGIN PRIVATE KEY-----',
    'pass --',
    '%3D',
    '{',
  ])('made of %j takes time in proportion to its length', (piece) => {
    const time = (length: number) => {
      const text = piece.repeat(length / piece.length);
      const before = process.cpuUsage();
      redactText(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    time(20_000);
    // Twenty times the text: linear is 20 times as long, quadratic 400 times.
    expect(time(400_000)).toBeLessThan(80 * Math.max(time(20_000), 5));
  });
});

describe('a value', () => {
  it('lets no planted secret through, however deep it lies', () => {
    const holder = (inner: fc.Arbitrary<unknown>) =>
      fc.oneof(
        fc.tuple(secretName, inner).map(([name, value]) => ({ a: 1, [name]: value })),
        fc.tuple(secretName, inner).map(([name, value]) => ({ value, name })),
        fc.tuple(secretName, inner).map(([name, value]) => new Map([[name, value]])),
        fc
          .tuple(fc.constantFrom(...FORMS), secretName, inner)
          .map(([form, name, value]) => [form(name, String(value))]),
      );
    const nested = (value: unknown) =>
      fc.letrec((tie) => ({
        node: fc.oneof(
          { maxDepth: 5 },
          holder(fc.constant(value)),
          fc.record({ list: fc.array(tie('node'), { minLength: 1, maxLength: 3 }), other: fc.string() }),
        ),
      })).node;
    fc.assert(
      fc.property(
        secret.chain((value) => fc.tuple(fc.constant(value), nested(value))),
        ([value, tree]) => {
          expect(survives(JSON.stringify(redactValue(tree)), value)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hides by name, and by what the texts in it say', () => {
    const shared = { note: 'twice, and no circle' };
    const given = {
      user: 'bob',
      dbPassword: 'hunter2',
      Authorization: ['Bearer x'],
      secretary: 'Jane',
      max_tokens: 5,
      token: null,
      hasPassword: true,
      pass: 'x',
      note: 'token=abc',
      args: ['--api-key', 'k', '--verbose', 'on'],
      fields: [
        { name: 'csrf_token', value: 'c' },
        { key: 'DBPassword', value: 'd' },
        { name: 'colour', value: 'red' },
      ],
      map: new Map<unknown, unknown>([
        ['sessionKey', 's'],
        ['size', 3],
        [1, 'one'],
      ]),
      set: new Set(['--token', 't', 'on']),
      same: [shared, shared],
      'API-Key-': 'k',
      tokenised: 5,
      secret_tokens: '5',
    };
    const before = structuredClone(given);
    expect(redactValue(given)).toEqual({
      user: 'bob',
      dbPassword: '[REDACTED]',
      Authorization: '[REDACTED]',
      secretary: 'Jane',
      max_tokens: 5,
      token: null,
      hasPassword: true,
      pass: '[REDACTED]',
      note: 'token=[REDACTED]',
      args: ['--api-key', '[REDACTED]', '--verbose', 'on'],
      fields: [
        { name: 'csrf_token', value: '[REDACTED]' },
        { key: 'DBPassword', value: '[REDACTED]' },
        { name: 'colour', value: 'red' },
      ],
      map: { sessionKey: '[REDACTED]', size: 3, number: 'one' },
      set: ['--token', '[REDACTED]', 'on'],
      same: [shared, shared],
      'API-Key-': '[REDACTED]',
      tokenised: 5,
      secret_tokens: '[REDACTED]',
    });
    expect(given).toEqual(before);
  });

  it('of any kind becomes what JSON can say', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const throwing = {
      get field() {
        throw new Error('no');
      },
    };
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    const revoked = Proxy.revocable([], {});
    revoked.revoke();
    const given = [
      circular,
      throwing,
      hostile,
      revoked.proxy,
      12n,
      Symbol('s'),
      () => 1,
      Buffer.from('ab'),
      new Date(0),
    ];
    expect(JSON.parse(JSON.stringify(redactValue(given)))).toEqual([
      { self: '[circular]' },
      { field: '[unreadable]' },
      '[unreadable]',
      '[unreadable]',
      '12',
      'Symbol(s)',
      '[function]',
      '[2 bytes]',
      '1970-01-01T00:00:00.000Z',
    ]);
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withDate: true, withBigInt: true }), (any) => {
        JSON.stringify(redactValue(any));
      }),
    );
  });

  it('that is too deep or too large is cut, not refused', () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 10_000; depth++) deep = { deep };
    expect(JSON.stringify(redactValue(deep))).toContain('[cut]');
    const list = redactValue(new Array(50_000).fill(1)) as unknown[];
    expect([list.length, list.at(-1)]).toEqual([10_001, '[cut]']);
    const object = redactValue(Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`f${at}`, 1]))) as object;
    expect([Object.keys(object).length, Object.values(object).at(-1)]).toEqual([10_001, '[cut]']);
  });

  it('that is an error keeps its message, its stack and its cause', () => {
    const error = new Error('password=x failed', { cause: new Error('token: y', { cause: 'z' }) });
    expect(redactValue(Object.assign(error, { apiKey: 'k', code: 'E' }))).toEqual({
      name: 'Error',
      message: 'password=[REDACTED] failed',
      stack: expect.stringMatching(/^Error: password=\[REDACTED\] failed\n {4}at /),
      code: 'E',
      apiKey: '[REDACTED]',
      cause: expect.objectContaining({ message: 'token: [REDACTED]', cause: 'z' }),
    });
  });
});

describe('secrets that are written otherwise', () => {
  const base64 = (text: string, form: 'base64' | 'base64url' = 'base64') => Buffer.from(text).toString(form);

  it.each<[string, string]>([
    ['as base64 of JSON', `data: ${base64('{"password":"hunter2","a":1}')}`],
    ['as base64url', `"${base64('{"token":"hunter2","a":"ä"}', 'base64url')}"`],
    ['in the base64 of bytes that are no text', base64('\u0000\u0001\u00ff{"api_key":"hunter2"}\u0002\u0080')],
    ['as hexadecimal digits', Buffer.from('{"password":"hunter2"}').toString('hex')],
    ['in an address within an address', `/go?to=${encodeURIComponent('https://far.example/?token=hunter2&a=1')}`],
    ['in a form', `body: a=1&q=${encodeURIComponent('{"password":"hunter2"}')}`],
    ['percent-encoded in base64', base64(encodeURIComponent('{"password":"hunter2","a":1}'))],
    ['as a parameter of an address', 'GET https://far.example/a?sig=hunter2&b=1'],
    ['as the key of an address', 'https://far.example/?a=1&key=hunter2#x'],
    [
      'as a path that is a secret',
      'https://hooks.slack.com/services/T00/B00/hunter2 and https://discord.com/api/webhooks/1/hunter2',
    ],
  ])('are gone: %s', (_name, text) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain('hunter2');
    expect(redacted).not.toContain(Buffer.from('hunter2').toString('hex'));
    for (const run of redacted.match(/[\w+/-]{12,}=*/g) ?? [])
      expect(decodeURIComponent(Buffer.from(run, 'base64').toString('latin1').replaceAll('%', ''))).not.toContain(
        'hunter2',
      );
    expect(redactText(redacted)).toBe(redacted);
  });

  it('are not seen where there are none', () => {
    const harmless = [
      base64('An ordinary sentence, long enough to be looked at.'),
      'a'.repeat(5000),
      `sha256:${'ab12'.repeat(16)}`,
      'GET https://far.example/caf%C3%A9?q=100%25&next=%2Fa%2Fb 100% sure',
    ];
    for (const text of harmless) expect(redactText(text)).toBe(text);
  });
});
