import path from 'node:path';
import { RunningProcess } from '../processes/running-process';
import { freePort } from '../temporal-server';

const FIXTURE = path.join(__dirname, '..', '..', 'fixtures', 'oidc-provider.mjs');
const CLIENT = { clientId: 'holdfast', clientSecret: 'a-secret-of-the-client' };

/** An OpenID Connect provider on loopback, in a process of its own, for an API at a port. */
export class OidcProvider {
  private constructor(
    private readonly process: RunningProcess,
    readonly issuer: string,
  ) {}

  /** @param groups Of each account, by the name under which it signs in. */
  static async start(apiPort: number, groups: Record<string, string[]>): Promise<OidcProvider> {
    const port = await freePort();
    const redirect = `http://127.0.0.1:${apiPort}/v1/session/oidc/callback`;
    const options = JSON.stringify({ port, redirect, groups, ...CLIENT });
    const running = await RunningProcess.start([FIXTURE, options], { PATH: process.env.PATH }, 'provider listens');
    return new OidcProvider(running, `http://127.0.0.1:${port}`);
  }

  /** Settings of an API whose people sign in here. */
  settings(groups: object): Record<string, string> {
    return {
      HOLDFAST_OIDC_ISSUER: this.issuer,
      HOLDFAST_OIDC_CLIENT_ID: CLIENT.clientId,
      HOLDFAST_OIDC_CLIENT_SECRET: CLIENT.clientSecret,
      HOLDFAST_OIDC_SCOPE: 'openid profile groups',
      HOLDFAST_OIDC_GROUPS: JSON.stringify(groups),
    };
  }

  async shiftClock(seconds: number): Promise<void> {
    await fetch(`${this.issuer}/test/clock?seconds=${seconds}`);
  }

  async close(): Promise<void> {
    await this.process.stop('SIGKILL');
  }
}

/** A browser without pages: it keeps cookies, and goes where it is told one step at a time. */
export class Browserless {
  private readonly cookies = new Map<string, Map<string, string>>();

  /** One request, without following where the answer leads. */
  async open(address: string, form?: Record<string, string>): Promise<Response> {
    const { origin } = new URL(address);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { Accept: 'text/html', Cookie: this.cookieOf(origin) },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  cookieOf(origin: string): string {
    return [...(this.cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Begins at the API, and fills in whatever the provider asks. @returns The address to which it leads back. */
  async signInAt(api: string, account: string, query = ''): Promise<string> {
    let address = await this.next(await this.open(`${api}/v1/session/oidc${query}`), api);
    for (let step = 0; step < 12 && !address.startsWith(api); step++) {
      const response = await this.open(address);
      if (response.status >= 300 && response.status < 400) address = await this.next(response, address);
      else {
        const page = await response.text();
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
        const to = /action="([^"]+)"/.exec(page)?.[1] ?? address;
        const form = { prompt, ...(prompt === 'login' && { login: account, password: 'any' }) };
        address = await this.next(await this.open(new URL(to, address).href, form), address);
      }
    }
    return address;
  }

  private async next(response: Response, from: string): Promise<string> {
    const to = response.headers.get('Location');
    if (to === null) throw new Error(`${from} answered ${response.status}: ${await response.text()}`);
    return new URL(to, from).href;
  }
}
