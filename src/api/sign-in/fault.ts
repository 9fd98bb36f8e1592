import { Problem } from '../http/problems';

interface Thrown {
  name?: string;
  code?: unknown;
  message?: string;
  error?: unknown;
  error_description?: unknown;
  cause?: unknown;
}

/** Its tokens were made, or hold, at another time than it is here. */
const CLOCK = 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
/** What came back belongs to no attempt of this browser. */
const OF_ANOTHER = ['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'];
const AGAIN = 'Begin again.';

/** What a person can be told of an attempt to sign in that the provider, or its answer, has ended. */
export function faultOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const { name, code, error, error_description: detail, cause } = (thrown ?? {}) as Thrown;
  const options = { cause: thrown };
  const said =
    typeof error === 'string' ? `${error}${typeof detail === 'string' ? `, ${detail}` : ''}`.slice(0, 300) : '';
  if (name === 'AuthorizationResponseError') {
    return error === 'access_denied'
      ? new Problem('forbidden', 'The sign-in was cancelled, or the provider refused it.', {}, options)
      : new Problem('malformed-request', `The provider ended the sign-in: ${said}. ${AGAIN}`, {}, options);
  }
  if (name === 'ResponseBodyError' && error === 'invalid_grant') {
    const text = `The provider does not take the code that it gave any more; it is good once, for a short time. ${AGAIN}`;
    return new Problem('malformed-request', text, {}, options);
  }
  if (said) {
    const text = `The provider refuses this installation: ${said}. HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET must be those that it knows.`;
    return new Problem('provider-unavailable', text, {}, options);
  }
  if (code === CLOCK) {
    const text =
      "The provider's token holds for another time: its clock and the one of this host differ by more than 30 s.";
    return new Problem('provider-unavailable', text, {}, options);
  }
  if (OF_ANOTHER.includes(String(code))) {
    return new Problem('malformed-request', `This answer belongs to another sign-in. ${AGAIN}`, {}, options);
  }
  const why = (cause as Thrown | undefined)?.code ?? (cause as Thrown | undefined)?.name ?? code ?? name;
  const text = `The sign-in provider does not answer as it should (${String(why)}). Try again, or sign in with a key.`;
  return new Problem('provider-unavailable', text, { headers: { 'Retry-After': '10' } }, options);
}
