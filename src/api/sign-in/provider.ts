import type { Configuration } from 'openid-client';
import { groupsIn } from '../../access/groups';

/** How the organisation's provider is asked. */
export interface ProviderOptions {
  issuer: string;
  clientId: string;
  /** Absent for a public client: the code then has PKCE alone. */
  clientSecret?: string;
  /** What is asked for, separated by spaces. */
  scope: string;
  /** The claim that lists a person's groups. */
  groupsClaim: string;
}

/** What one attempt to sign in is known by; it stays in the browser that began it. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** Somebody whom the provider knows. */
export interface Account {
  claims: Readonly<Record<string, unknown>>;
  groups: string[];
}

/** Seconds for one call to the provider. */
const PATIENCE = 10;
/** Seconds by which its clock and ours may differ. */
const CLOCKS_DIFFER = 30;
/** What is known of the provider is asked again after this time. */
const FRESH_MS = 3600_000;

/** The organisation's OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class Provider {
  private found: { at: number; configuration: Promise<Configuration> } | undefined;

  constructor(private readonly options: ProviderOptions) {}

  /** Where the browser goes to sign in. @param redirect Where it comes back to. */
  async begin(redirect: URL): Promise<{ address: URL; attempt: Attempt }> {
    const client = await import('openid-client');
    const configuration = await this.configuration();
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const address = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect.href,
      scope: this.options.scope,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { address, attempt: { state, nonce, verifier } };
  }

  /** Who came back. @param current The whole address at which the browser came back. */
  async finish(current: URL, { state, nonce, verifier }: Attempt): Promise<Account> {
    const client = await import('openid-client');
    const configuration = await this.configuration();
    const tokens = await client.authorizationCodeGrant(configuration, current, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims: Record<string, unknown> = { ...tokens.claims() };
    const { groupsClaim } = this.options;
    // Many providers keep what is long, or personal, out of the token.
    if (claims[groupsClaim] === undefined && configuration.serverMetadata().userinfo_endpoint) {
      const more = await client.fetchUserInfo(configuration, tokens.access_token, String(claims.sub));
      for (const [name, value] of Object.entries(more)) claims[name] ??= value;
    }
    return { claims, groups: groupsIn(claims[groupsClaim]) };
  }

  /** What the provider says of itself. What went wrong is not kept. */
  private configuration(): Promise<Configuration> {
    if (this.found && Date.now() - this.found.at < FRESH_MS) return this.found.configuration;
    const found = { at: Date.now(), configuration: this.discover() };
    this.found = found;
    found.configuration.catch(() => {
      if (this.found === found) this.found = undefined;
    });
    return found.configuration;
  }

  private async discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret } = this.options;
    const server = new URL(issuer);
    const metadata = {
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      [client.clockTolerance]: CLOCKS_DIFFER,
    };
    const configuration = await client.discovery(server, clientId, metadata, clientSecret ? eitherWay : undefined, {
      timeout: PATIENCE,
      // The settings take http:// for loopback only.
      ...(server.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
    });
    return configuration;

    /** In the header, as the standard's default says, unless the provider knows the body only. */
    function eitherWay(...[as, ...rest]: Parameters<ReturnType<typeof client.ClientSecretPost>>) {
      const { token_endpoint_auth_methods_supported: ways = ['client_secret_basic'] } = as;
      const way = ways.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost;
      way(clientSecret)(as, ...rest);
    }
  }
}
