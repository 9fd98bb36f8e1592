import { groupsIn, rightsByTenant } from '../../src/access/groups';
import { nameIn } from '../../src/access/person';
import { faultOf } from '../../src/api/sign-in/fault';
import { ownAddress } from '../../src/api/sign-in/sign-in';
import { readConfig } from '../../src/config';

it.each([
  [{ name: 'ResponseBodyError', error: 'invalid_client' }, 503, 'HOLDFAST_OIDC_CLIENT_SECRET'],
  [{ name: 'ResponseBodyError', error: 'invalid_grant' }, 400, 'Begin again'],
  [{ name: 'AuthorizationResponseError', error: 'login_required' }, 400, 'login_required'],
  [{ name: 'ClientError', code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' }, 400, 'another sign-in'],
  [{ name: 'ClientError', code: 'OAUTH_TIMEOUT' }, 503, 'OAUTH_TIMEOUT'],
  [undefined, 503, 'does not answer'],
])('names the fault of %j', (thrown, status, said) => {
  expect(faultOf(thrown)).toMatchObject({ status, message: expect.stringContaining(said) });
});

it.each([
  ['/tasks?q=a#b', '/tasks?q=a#b'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['/%09//evil.example', '/%09//evil.example'],
  ['https://evil.example', '/'],
  ['/a\n//evil.example', '/a//evil.example'],
  ['javascript:alert(1)', '/'],
  [`/${'x'.repeat(3000)}`, '/'],
])('comes back to this site only: %j', (given, address) => {
  expect(ownAddress(given)).toBe(address);
});

it.each([
  [{ HOLDFAST_OIDC_ISSUER: 'http://accounts.example' }, 'loopback'],
  [{ HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, 'loopback'],
  [{ HOLDFAST_OIDC_GROUPS: '{"ops":{"scopes":["root"]}}' }, 'must be read, submit'],
  [{ HOLDFAST_OIDC_GROUPS: '{"ops":{"scopes":["read"],"tenant":"../x"}}' }, 'no name of a tenant'],
  [{ HOLDFAST_OIDC_SCOPE: 'profile' }, 'openid'],
])('a setting that makes no sense is refused: %j', (env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});

it('rights in one tenant give none in another', () => {
  const groups = {
    a: { scopes: ['read'] },
    b: { scopes: ['submit', 'read'] },
    c: { scopes: ['admin'], tenant: 'acme' },
  };
  expect(Object.fromEntries(rightsByTenant(['a', 'b', 'c', 'x', 'constructor', '__proto__'], groups))).toEqual({
    '-': { scopes: ['read', 'submit'] },
    acme: { scopes: ['admin'], tenant: 'acme' },
  });
  expect(groupsIn(['a', 1, null, 'b'])).toEqual(['a', 'b']);
  expect([groupsIn('a'), groupsIn({ a: true }), groupsIn(undefined)]).toEqual([['a'], [], []]);
});

it.each([
  [{ name: 'Ada', sub: '1' }, 'Ada'],
  [{ name: '', preferred_username: 'ada', sub: '1' }, 'ada'],
  [{ email: 'ada@example.com', sub: '1' }, 'ada@example.com'],
  [{ name: 'Ada\r\nadmin\u202e', sub: '1' }, 'Ada admin'],
  [{ name: ['Ada'], sub: '1' }, '1'],
  [{}, 'somebody'],
])('a person is called by one line of plain text: %j', (claims, name) => {
  expect(nameIn(claims)).toBe(name);
});
