import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentQuery } from '../../api/insights';
import { signIn } from '../../api/session';
import { Fault } from '../../components/bits';
import { texts } from '../../texts';

/** In place of any page, at its address: after signing in one is where one was. */
export default function SignIn() {
  const { data: environment } = useQuery(environmentQuery);
  const [key, setKey] = useState('');
  const send = useMutation({ mutationFn: () => signIn(key.trim()) });
  const ways = environment?.signIn;
  const back = encodeURIComponent(location.pathname + location.search + location.hash);
  return (
    <main className="sign-in">
      <div className="panel">
        <h1>{texts.signIn.signInTo(environment?.name ?? texts.product)}</h1>
        <p className="muted">{texts.signIn.explained}</p>
        {ways?.oidc && (
          <a className="button primary" href={`${ways.oidc}${ways.oidc.includes('?') ? '&' : '?'}returnTo=${back}`}>
            {texts.signIn.withOrganisation}
          </a>
        )}
        {ways?.key !== false && (
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              send.mutate();
            }}
          >
            <label>
              {texts.signIn.apiKey}
              <input
                type="password"
                autoComplete="off"
                value={key}
                onChange={(event) => setKey(event.target.value)}
                required
              />
            </label>
            <Fault text={send.error?.message} />
            <button type="submit" className="button primary" disabled={send.isPending || !key.trim()}>
              {send.isPending ? texts.signIn.signingIn : texts.signIn.signIn}
            </button>
          </form>
        )}
      </div>
    </main>
  );
}
