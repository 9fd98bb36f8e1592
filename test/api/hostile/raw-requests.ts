/** A request as bytes, and the statuses that are right for it. `HOST` stands for the API's own host. */
export type RawCase = readonly [name: string, bytes: string, statuses: readonly number[]];

const json = '{"type":"test.probe","input":{}}';
const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: HOST', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
const post = (headers: string[], body: string) =>
  head('POST /v1/tasks HTTP/1.1', 'Content-Type: application/json', ...headers) + body;
const chunked = (body: string) => post(['Transfer-Encoding: chunked'], body);

const refused = [400];

/** How long a body is, said in two ways or in none: a proxy might read it otherwise. */
const SMUGGLING: RawCase[] = [
  ['both lengths', post([`Content-Length: ${json.length}`, 'Transfer-Encoding: chunked'], `${json}`), refused],
  ['both lengths, chunked first', post(['Transfer-Encoding: chunked', 'Content-Length: 3'], '0\r\n\r\n'), refused],
  ['two lengths', post(['Content-Length: 3', 'Content-Length: 4'], 'abc'), refused],
  ['the same length twice', post(['Content-Length: 2', 'Content-Length: 2'], '{}'), refused],
  ['a list of lengths', post(['Content-Length: 2, 2'], '{}'), refused],
  ['a negative length', post(['Content-Length: -1'], '{}'), refused],
  ['a signed length', post(['Content-Length: +2'], '{}'), refused],
  ['a hexadecimal length', post(['Content-Length: 0x2'], '{}'), refused],
  ['a length with a fraction', post(['Content-Length: 2.0'], '{}'), refused],
  ['a length in words', post(['Content-Length: two'], '{}'), refused],
  ['a length beyond numbers', post([`Content-Length: ${'9'.repeat(40)}`], '{}'), refused],
  ['blanks within a length', post(['Content-Length: 1 2'], '{}'), refused],
  ['an empty length', post(['Content-Length: '], '{}'), [400, 422]],
  ['another coding last', post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'), refused],
  ['an unknown coding', post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'), refused],
  [
    'coding in two headers',
    post(['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    [400, 422],
  ],
  ['a tab in the coding', post(['Transfer-Encoding:\tchunked, x'], '0\r\n\r\n'), refused],
  ['a vertical tab before the coding', post(['Transfer-Encoding: \u000bchunked'], '0\r\n\r\n'), refused],
  ['a blank before the colon', post(['Transfer-Encoding : chunked'], '0\r\n\r\n'), refused],
  ['a folded header', post(['X-A: b\r\n Transfer-Encoding: chunked', 'Content-Length: 2'], '{}'), [400, 422]],
  ['a bare line feed', post(['X-A: b\nContent-Length: 2'], '{}'), refused],
  ['a bare carriage return', post(['X-A: b\rContent-Length: 2'], '{}'), refused],
  ['a chunk of no number', chunked('zz\r\n{}\r\n0\r\n\r\n'), refused],
  ['a negative chunk', chunked('-2\r\n{}\r\n0\r\n\r\n'), refused],
  ['a chunk in 0x', chunked('0x2\r\n{}\r\n0\r\n\r\n'), refused],
  ['a chunk beyond numbers', chunked(`${'f'.repeat(20)}\r\n{}\r\n0\r\n\r\n`), refused],
  ['a chunk that is too short', chunked('1\r\n{}\r\n0\r\n\r\n'), refused],
  ['a chunk with blanks', chunked('2 \r\n{}\r\n0\r\n\r\n'), [400, 422]],
  ['a chunk without its end', chunked('2\r\n{}0\r\n\r\n'), refused],
  ['a chunk ended by a line feed', chunked('2\n{}\n0\n\n'), refused],
  ['endless extensions of a chunk', chunked(`2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`), [400, 413]],
  ['a trailer that is a header', chunked('2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n'), [400, 422]],
];

/** The line and the headers themselves. */
const SHAPES: RawCase[] = [
  ['nothing of HTTP', 'hello\r\n\r\n', refused],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n', refused],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', refused],
  ['HTTP/0.9', 'GET /v1/tasks\r\n\r\n', [400, 403]],
  ['HTTP/9.9', 'GET /v1/tasks HTTP/9.9\r\nHost: HOST\r\nConnection: close\r\n\r\n', refused],
  ['HTTP of another name', 'GET /v1/tasks HTTX/1.1\r\nHost: HOST\r\n\r\n', refused],
  ['SIP', 'OPTIONS sip:a@b SIP/2.0\r\n\r\n', refused],
  ['a method of small letters', head('get /v1/tasks HTTP/1.1'), refused],
  ['a method that nobody knows', head('HACK /v1/tasks HTTP/1.1'), refused],
  ['CONNECT', head('CONNECT evil.example:443 HTTP/1.1'), [0, 400, 404, 405]],
  ['TRACE', head('TRACE /v1/tasks HTTP/1.1'), [405]],
  ['a line of two addresses', head('GET /v1/tasks /v1/keys HTTP/1.1'), refused],
  ['a NUL in the address', head('GET /v1/tasks\u0000 HTTP/1.1'), refused],
  ['a line feed in the address', head('GET /v1/ta\nsks HTTP/1.1'), refused],
  ['a letter beyond ASCII in the address', head('GET /v1/täsks HTTP/1.1'), [400, 404]],
  ['an address of 20 kB', head(`GET /${'a'.repeat(20_000)} HTTP/1.1`), [431]],
  ['an address without its slash', head('GET v1/tasks HTTP/1.1'), refused],
  ['an address of a star', head('GET * HTTP/1.1'), [400, 404]],
  ['an address of a foreign host', head('GET http://evil.example/v1/tasks HTTP/1.1'), refused],
  ['an address of no scheme', head('GET //evil.example/v1/tasks HTTP/1.1'), [404]],
  ['folders up', head('GET /../../etc/passwd HTTP/1.1'), [404]],
  ['folders up, encoded', head('GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1'), [404]],
  ['folders up, encoded twice', head('GET /%252e%252e/etc/passwd HTTP/1.1'), [404]],
  ['folders up with a backslash', head('GET /..\\..\\etc\\passwd HTTP/1.1'), [400, 404]],
  ['folders up below the documentation', head('GET /docs/..%2f..%2fpackage.json HTTP/1.1'), [400, 403, 404]],
  ['folders up below the pages', head('GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1'), [400, 403, 404]],
  ['an encoded NUL in a file', head('GET /assets/%00 HTTP/1.1'), [400, 404]],
  ['a percent sign alone', head('GET /v1/tasks/% HTTP/1.1'), refused],
  ['half a percent sign', head('GET /v1/tasks/%2 HTTP/1.1'), refused],
  ['bytes that are no UTF-8', head('GET /v1/tasks/%c3%28 HTTP/1.1'), refused],
  ['an overlong slash', head('GET /v1/tasks/..%c0%af.. HTTP/1.1'), refused],
  ['a surrogate', head('GET /v1/tasks/%ed%a0%80 HTTP/1.1'), refused],
  ['a header without a name', head('GET /v1/tasks HTTP/1.1', ': b'), refused],
  ['a header without a colon', head('GET /v1/tasks HTTP/1.1', 'nonsense'), refused],
  ['a header name with a blank', head('GET /v1/tasks HTTP/1.1', 'X A: b'), refused],
  ['a header name beyond ASCII', head('GET /v1/tasks HTTP/1.1', 'X-Ä: b'), refused],
  ['a NUL in a header', head('GET /v1/tasks HTTP/1.1', 'X-A: a\u0000b'), refused],
  ['an escape in a header', head('GET /v1/tasks HTTP/1.1', 'X-A: a\u001bb'), [200, 400]],
  ['3,000 headers', head('GET /v1/tasks HTTP/1.1', ...Array.from({ length: 3000 }, (_, n) => `X-${n}: a`)), [400, 431]],
  ['a header of 20 kB', head('GET /v1/tasks HTTP/1.1', `X-A: ${'a'.repeat(20_000)}`), [431]],
  ['a name of 20 kB', head('GET /v1/tasks HTTP/1.1', `${'a'.repeat(20_000)}: a`), [431]],
  [
    'an upgrade to another protocol',
    head('GET /v1/tasks HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade'),
    [200, 400],
  ],
  ['an upgrade to HTTP/2', head('GET /v1/tasks HTTP/1.1', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'), [200, 400]],
  ['an expectation that nobody can meet', post(['Expect: 200-ok', 'Content-Length: 2'], '{}'), [417]],
];

const asked = (...headers: string[]) =>
  `${['GET /v1/task-types HTTP/1.1', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;

/** Names by which this host is not known. */
const HOSTS: RawCase[] = [
  ...(
    [
      'evil.example',
      'evil.example:3000',
      'localhost.evil.example',
      'localhost@evil.example',
      'evil.example#localhost',
      'localhost, evil.example',
      'localhost evil.example',
      '127.0.0.1.evil.example',
      '127.0.0.1.nip.io',
      'localhost:80:80',
      'localhost:',
      'localhost:x',
      'localhost:999999',
      'localhost/',
      'http://localhost',
      '[::1].evil.example',
      '[::ffff:127.0.0.1]',
      '0x7f000001',
      '2130706433',
      '0.0.0.0',
      '128.0.0.1',
      '１２７.0.0.1',
      '127.0.0.1%00',
      'localhost\u00a0',
    ] as const
  ).map((host): RawCase => [`the host ${host}`, asked(`Host: ${host}`), [400, 403]]),
  ['no host', asked(), [400, 403]],
  ['an empty host', asked('Host:'), [400, 403]],
  ['two hosts', asked('Host: HOST', 'Host: evil.example'), refused],
  ['a foreign host that a proxy names', asked('Host: evil.example', 'X-Forwarded-Host: HOST'), [403]],
  ['a foreign host, forwarded for this one', asked('Host: evil.example', 'Forwarded: host=HOST;for=127.0.0.1'), [403]],
];

const sent = (...headers: string[]) => post([...headers, `Content-Length: ${json.length}`], json);

/** What browsers add to requests that pages of other sites make. */
const SITES: RawCase[] = [
  ...[
    'https://evil.example',
    'null',
    'http://HOST.evil.example',
    'https://HOST',
    'http://localhost:1',
    'file://',
    'http://HOST/',
    'HTTP://evil.example',
  ].map((origin): RawCase => [`a page of ${origin}`, sent(`Origin: ${origin}`), [403]]),
  ...['cross-site', 'same-site', 'CROSS-SITE', 'anything', 'cross-site, none'].map(
    (site): RawCase => [`a request from ${site}`, sent(`Sec-Fetch-Site: ${site}`), [403]],
  ),
  [
    'a navigation that sends',
    sent('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'),
    [403],
  ],
  [
    'a frame',
    asked('Host: HOST', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'),
    [403],
  ],
  [
    'a picture',
    asked('Host: HOST', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'),
    [403],
  ],
];

export const RAW_CASES: readonly RawCase[] = [...SMUGGLING, ...SHAPES, ...HOSTS, ...SITES];
