const LONGEST = 180;

/** The circuit breaker of a host: `host:example.com`, with the port unless it is the scheme's own. */
export function hostDependency({ host }: URL): string {
  // A breaker's name has a plain alphabet, which addresses of IPv6 and odd names leave.
  const plain = host.replace(/[^A-Za-z0-9.:-]/g, '').replace(/^[^A-Za-z0-9]/, '0$&');
  return `host:${plain.slice(0, LONGEST) || '0'}`;
}
