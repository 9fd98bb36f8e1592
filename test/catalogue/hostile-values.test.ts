import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCitationsContract } from '../../src/catalogue/citations-extract/contract';
import { fetchPage } from '../../src/catalogue/citations-extract/fetch-page';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import { createCommandRunContract } from '../../src/catalogue/command-run/contract';
import { emailSend } from '../../src/catalogue/email-send/contract';
import { SafeAddresses } from '../../src/catalogue/shared/safe-address';
import type { Contract } from '../../src/tasks/contract';
import { MALFORMED_ADDRESSES } from './hostile/addresses';
import { HOSTILE_ARGUMENTS } from './hostile/arguments';
import { BAD_URLS, INSIDE_URLS, PUBLIC_URLS } from './hostile/private-urls';

/** Where an input is wrong, as a caller would be told. */
function faults({ input }: Pick<Contract, 'input'>, value: unknown): string[] {
  return (input.safeParse(value).error?.issues ?? []).map(({ path }) => path.join('/'));
}

describe('addresses that lead inside, or nowhere', () => {
  const citations = createCitationsContract();
  const addresses = new SafeAddresses();
  const inside = new Set(INSIDE_URLS);

  it.each([...INSIDE_URLS, ...BAD_URLS])('are refused: %s', (url) => {
    expect(faults(citations, { url })).toEqual(['url']);
    // What a redirect leads to is checked in its parsed form.
    if (inside.has(url)) {
      expect(() => addresses.check(new URL(url))).toThrow(expect.objectContaining({ code: 'PERMANENT_PERMISSION' }));
    }
  });

  it.each(PUBLIC_URLS)('are not confused with those outside: %s', (url) => {
    expect(faults(citations, { url })).toEqual([]);
    expect(() => addresses.check(new URL(url))).not.toThrow();
  });
});

describe('redirects', () => {
  let location = '';
  const server = createServer((_request, response) => response.writeHead(302, { Location: location }).end());

  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('are not followed to any address that leads inside, whatever its spelling', async () => {
    const start = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const options = {
      file: '/dev/null',
      allowed: [new URL(start).host],
      signal: new AbortController().signal,
      guard: <T>(_dependency: string, call: () => Promise<T>) => call(),
    };
    for (const url of INSIDE_URLS.filter((one) => URL.canParse(one))) {
      location = encodeURI(url).replaceAll('%25', '%').replaceAll('%5B', '[').replaceAll('%5D', ']');
      await expect(fetchPage(start, options).catch((error) => [url, error.code])).resolves.toEqual([
        url,
        'PERMANENT_PERMISSION',
      ]);
    }
  });
});

describe('malformed addresses of mail', () => {
  const mail = (fields: object) => ({ to: ['ada@example.com'], subject: 'x', text: 'x', ...fields });

  /** Something is wrong, and all of it there. */
  const expectOnlyAt = (place: string, fields: object) => {
    const found = faults(emailSend, mail(fields));
    expect([place, found, found.length > 0]).toEqual([
      place,
      found.map(() => expect.stringMatching(`^${place}`)),
      true,
    ]);
  };

  it.each(MALFORMED_ADDRESSES)('are refused in every field, bare and beside a name: %j', (address) => {
    for (const field of ['to', 'cc', 'bcc']) {
      expectOnlyAt(`${field}/0`, { [field]: [address] });
      expectOnlyAt(`${field}/1`, { [field]: ['ada@example.com', { address, name: 'A' }] });
    }
    for (const field of ['from', 'replyTo']) {
      expectOnlyAt(field, { [field]: address });
      expectOnlyAt(field, { [field]: { address, name: 'A' } });
    }
  });
});

describe('arguments of a command', () => {
  const commands = allowedCommandsSchema.parse({
    report: { program: '/bin/echo', args: ['[a-z0-9][a-z0-9-]{0,39}...'] },
  });
  const contract = createCommandRunContract(commands);

  it.each(HOSTILE_ARGUMENTS)('are refused: %j', (argument) => {
    expect(new Set(faults(contract, { command: 'report', args: ['fine', argument] }))).toEqual(new Set(['args/1']));
  });
});
