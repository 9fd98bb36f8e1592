import { z } from 'zod';
import { groupsSchema } from '../../access/groups';
import { json } from '../../setting-kinds';

/** What is secret may go there: encrypted, or not off this host. */
function isSafeFor({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Where people sign in, and what their groups may do. */
export const SIGN_IN_SETTINGS = {
  HOLDFAST_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'is not an https:// address' })
    .refine(
      (address) => !URL.canParse(address) || isSafeFor(new URL(address)),
      'must be an https:// address; http:// is for loopback only',
    )
    .optional()
    .describe(
      'Address of the OpenID Connect provider at which people sign in to the dashboard, as its documents name the issuer. Defaults to none.',
    ),
  HOLDFAST_OIDC_CLIENT_ID: z
    .string()
    .optional()
    .describe('What the provider calls this installation. Defaults to none.'),
  HOLDFAST_OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('The secret that the provider has given it. Defaults to none: a public client, with PKCE alone.'),
  HOLDFAST_OIDC_SCOPE: z
    .string()
    .regex(/^openid( \S+)*$/, 'does not begin with openid, or has more than spaces between the scopes')
    .default('openid profile email')
    .describe('What is asked of the provider, separated by spaces. Defaults to openid profile email.'),
  HOLDFAST_OIDC_GROUPS_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('groups')
    .describe("The claim that lists a person's groups. Defaults to groups."),
  HOLDFAST_OIDC_GROUPS: json(groupsSchema, {}).describe(
    'What the members of each group may do: JSON, or the path of a JSON file; docs/operations/sign-in.md shows one. Defaults to {}.',
  ),
};
