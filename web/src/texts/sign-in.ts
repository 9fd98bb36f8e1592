export const signIn = {
  signInTo: (name: string) => `Sign in to ${name}`,
  explained: 'You are not signed in, or it has ended. Afterwards you are back on this page.',
  withOrganisation: 'Sign in with your organisation',
  apiKey: 'API key',
  signingIn: 'Signing in…',
  signIn: 'Sign in',
} as const;
