import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { TaskFailure } from '../../tasks/failures';
import { isAllowedHost, isPublicAddress, refusedUrl } from './public-address';

/**
 * Which addresses may be called: those of the public Internet, and what is allowed besides. A URL's own text is checked
 * by {@link check}; what its name leads to, when the connection is made, by {@link lookup}.
 */
export class SafeAddresses {
  private readonly hosts: readonly string[];
  private readonly networks = new BlockList();

  /** @param allowed Hosts (`hooks.internal`, `10.1.2.3:8080`) and networks (`10.1.0.0/16`). */
  constructor(allowed: readonly string[] = []) {
    this.hosts = allowed.filter((one) => !one.includes('/'));
    for (const one of allowed.filter((each) => each.includes('/'))) {
      const [address = '', bits] = one.split('/');
      this.networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
  }

  /** @throws TaskFailure `PERMANENT_PERMISSION` for a URL that must not be called, as far as its text tells. */
  check(url: URL): void {
    if (this.isFree(url)) return;
    const refused = refusedUrl(url.href, this.hosts);
    if (refused) throw new TaskFailure('PERMANENT_PERMISSION', refused);
  }

  /** Whether the URL's host is allowed whatever its name leads to. */
  isNamed(url: URL): boolean {
    return isAllowedHost(url, this.hosts);
  }

  /** Resolves a name for a connection: the moment that counts, since a name may lead elsewhere each time. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      if (error) return done(error, '', 0);
      const [first] = addresses;
      const inside = addresses.find(({ address }) => !isPublicAddress(address) && !this.isInside(address));
      if (inside || !first) {
        const message = `URL must not lead to a local or private host: ${hostname} (${inside?.address ?? 'no address'})`;
        return done(new TaskFailure('PERMANENT_PERMISSION', message), '', 0);
      }
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };

  private isFree(url: URL): boolean {
    const address = url.hostname.replace(/^\[|\]$/g, '');
    return isIP(address) !== 0 && this.isInside(address);
  }

  private isInside(address: string): boolean {
    return this.networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
}
