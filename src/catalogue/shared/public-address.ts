import { BlockList, isIP } from 'node:net';

/** Networks of IPv4 that are not the public Internet (IANA's special-purpose registry), and multicast. */
const SPECIAL_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Parts of the public IPv6 space that stand for other addresses, or for none. */
const SPECIAL_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [net, bits] of SPECIAL_4) special.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of SPECIAL_6) special.addSubnet(net, bits, 'ipv6');

const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the public Internet. Everything that is not known to do so does not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  return version === 6 && global6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** `example.com`, or `example.com:8080` when the port is not the scheme's own. */
function placeOf({ host }: URL): string {
  return host.replace(/\.(?=$|:)/, '');
}

/** Whether the setting HOLDFAST_URL_HOSTS names the host, alone or with this port. */
export function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  return allowed.includes(placeOf(url)) || allowed.includes(bareHost(url));
}

/**
 * Why an address must not be fetched, as far as its text tells: what its name leads to is seen when connecting.
 * Undefined: it may be.
 */
export function refusedUrl(text: string, allowed: readonly string[]): string | undefined {
  if (!/^https?:\/\//i.test(text)) return 'URL must start with http:// or https://';
  // A parser takes a backslash for a slash, and forgets line breaks; whoever reads the address may not.
  if (!URL.canParse(text) || /[\\\p{Cc}]/u.test(text)) return 'URL is not valid';
  const url = new URL(text);
  if (url.username || url.password) return 'URL must not contain a user name or password';
  if (isAllowedHost(url, allowed)) return undefined;
  const host = bareHost(url);
  const address = host.replace(/^\[|\]$/g, '');
  const isLocal = isIP(address)
    ? !isPublicAddress(address)
    : /(^|\.)(localhost|local|internal|localdomain)$/.test(host);
  return isLocal ? `URL must not lead to a local or private host: ${host}` : undefined;
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/\.$/, '');
}
