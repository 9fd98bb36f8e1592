/** The circuit breaker of a host: `host:example.com`, with the port unless it is the scheme's own. */
export function hostDependency({ host }: URL): string {
  return `host:${host.replace(/[[\]]/g, '').replace(/^:/, '0:')}`;
}
