import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { environmentQuery } from '../api/insights';
import { useLive, useLiveState } from '../api/live';
import { useBlocked, useRefused } from '../api/may';
import { breakersQuery, statsQuery, versionQuery } from '../api/queries';
import { setPerson, signOut, useSignedOut } from '../api/session';
import { useHotkeys } from '../lib/hotkeys';
import { compact } from '../lib/numbers';
import { chooseTheme, storedTheme, type Theme } from '../lib/theme';
import { duration } from '../lib/time';
import { useNow } from '../lib/use-now';
import { texts } from '../texts';
import { Icon, type IconName } from './icons';
import { Menu } from './menu';
import { NewTaskLink } from './new-task-link';
import { Shortcuts } from './shortcuts';
import { useAnnounce } from './toasts';

const Palette = lazy(() => import('./palette'));
const SignIn = lazy(() => import('../pages/sign-in/sign-in'));

interface Place {
  to: string;
  name: string;
  icon: IconName;
  key: string;
  /** About every tenant: not there for a tenant's own people. */
  installation?: true;
  /** Of administrators only. */
  admin?: true;
}

const PLACES: readonly Place[] = [
  { to: '/', name: texts.frame.overview, icon: 'overview', key: 'o' },
  { to: '/tasks', name: texts.frame.tasks, icon: 'tasks', key: 't' },
  { to: '/dead-letters', name: texts.frame.deadLetters, icon: 'dead-letters', key: 'd' },
  { to: '/batches', name: texts.frame.batches, icon: 'batches', key: 'b' },
  { to: '/schedules', name: texts.frame.schedules, icon: 'schedules', key: 's' },
  { to: '/queues', name: texts.frame.queuesAndWorkers, icon: 'queues', key: 'q', installation: true },
  { to: '/breakers', name: texts.frame.breakers, icon: 'breakers', key: 'r', installation: true },
  { to: '/webhooks', name: texts.frame.webhooks, icon: 'webhooks', key: 'w' },
  { to: '/types', name: texts.frame.types, icon: 'types', key: 'y' },
  { to: '/access', name: texts.frame.access, icon: 'access', key: 'a', admin: true },
];

/** Rail, bar and content: the same on every page. */
export function Frame() {
  const signedOut = useSignedOut();
  useLive(!signedOut);
  const { data: environment } = useQuery(environmentQuery);
  setPerson(environment?.me?.name);
  useFreshStart(signedOut);
  const places = usePlaces();
  const unsubmitted = useBlocked('submit', { anyType: true });
  const { state } = useLiveState();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => {
    const place =
      PLACES.find(({ to }) => to === path)?.name ?? (path === '/new' ? texts.frame.newTask : path.split('/').at(-1));
    document.title = `${place} · ${environment?.name ?? texts.product}`;
  }, [path, environment]);
  const navigate = useNavigate();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [rail, setRail] = useState(false);
  useHotkeys({
    '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
    '?': () => setHelp(true),
    'mod+k': () => setPalette(true),
    n: () => unsubmitted === undefined && void navigate({ to: '/new' }),
    ...Object.fromEntries(places.map(({ to, key }) => [`g ${key}`, () => void navigate({ to })])),
  });
  if (signedOut) {
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  }
  return (
    <div className={rail ? 'frame rail-open' : 'frame'}>
      <a className="skip" href="#content">
        {texts.frame.skipToContent}
      </a>
      <Rail onPick={() => setRail(false)} />
      <Bar onMenu={() => setRail(!rail)} onPalette={() => setPalette(true)} />
      {rail && (
        <button
          type="button"
          className="rail-shade"
          aria-label={texts.frame.closePages}
          onClick={() => setRail(false)}
        />
      )}
      <main id="content" tabIndex={-1} className={state === 'away' ? 'stale' : ''}>
        <Away />
        <Outlet />
      </main>
      {help && <Shortcuts onClose={() => setHelp(false)} />}
      <Suspense>{palette && <Palette places={places} onClose={() => setPalette(false)} />}</Suspense>
    </div>
  );
}

/** What somebody else saw is not shown to whoever signs in next, in this tab or another. */
function useFreshStart(signedOut: boolean): void {
  const client = useQueryClient();
  const before = useRef(signedOut);
  useEffect(() => {
    if (before.current && !signedOut) void client.resetQueries();
    before.current = signedOut;
  }, [client, signedOut]);
}

/** The pages that are there for whoever is signed in. */
function usePlaces(): readonly Place[] {
  const { data: environment } = useQuery(environmentQuery);
  const me = environment?.me;
  const isAdmin = !me || me.scopes.includes('admin');
  return PLACES.filter(({ installation, admin }) => !(installation && me?.tenant) && !(admin && !isAdmin));
}

function Rail({ onPick }: { onPick(): void }) {
  const places = usePlaces();
  const badges = useBadges();
  return (
    <nav className="rail" aria-label={texts.frame.pages}>
      <Link to="/" className="brand" onClick={onPick}>
        <img src="/favicon.svg" alt="" width="22" height="22" />
        {texts.product}
      </Link>
      <ul>
        {places.map(({ to, name, icon }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/' }} className="place" onClick={onPick}>
              <Icon name={icon} />
              <span className="grow">{name}</span>
              {badges[to] !== undefined && badges[to] > 0 && (
                <span className="count-badge">
                  {compact(badges[to])}
                  <span className="sr-only"> {texts.frame.waitForPerson}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Counts only where something waits for a person. */
function useBadges(): Readonly<Record<string, number>> {
  const refused = useRefused('read', { installation: true });
  const { data: stats } = useQuery({ ...statsQuery, enabled: !refused });
  const { data: breakers } = useQuery({ ...breakersQuery, staleTime: 30_000, enabled: !refused });
  return {
    '/dead-letters': stats?.tasks.recorded['dead-lettered'] ?? 0,
    '/breakers': breakers?.breakers.filter(({ state }) => state === 'open').length ?? 0,
  };
}

function Bar({ onMenu, onPalette }: { onMenu(): void; onPalette(): void }) {
  const navigate = useNavigate();
  return (
    <header className="bar">
      <button type="button" className="icon-button menu-button" aria-label={texts.frame.pages} onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <EnvironmentName />
      <form
        className="search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('q') ?? '').trim();
          void (/^[a-z][a-z0-9.-]*:[0-9a-z]{20,}$/.test(text)
            ? navigate({ to: '/tasks/$id', params: { id: text } })
            : navigate({ to: '/tasks', search: { q: text } }));
        }}
      >
        <Icon name="search" />
        <input
          name="q"
          data-search
          type="search"
          placeholder={texts.searchHint}
          aria-label={texts.searchHint}
          autoComplete="off"
          spellCheck={false}
        />
        <kbd>/</kbd>
      </form>
      <button type="button" className="button quiet palette-button" onClick={onPalette}>
        {texts.frame.goToDialog} <kbd>{texts.frame.paletteKeys}</kbd>
      </button>
      <NewTaskLink short />
      <LiveDot />
      <ThemeMenu />
      <Me />
    </header>
  );
}

/** Which system this is, in its own colour, so that nobody acts on the wrong one. */
function EnvironmentName() {
  const { data: environment } = useQuery(environmentQuery);
  if (!environment?.name) return null;
  const colour = CSS.supports('color', environment.colour ?? '') ? environment.colour : undefined;
  return (
    <span className="environment" title={texts.frame.thisIs(environment.name)}>
      <i aria-hidden="true" style={colour ? { background: colour } : undefined} />
      {environment.name}
    </span>
  );
}

function Me() {
  const { data: environment } = useQuery(environmentQuery);
  const { data: version } = useQuery(versionQuery);
  const announce = useAnnounce();
  const me = environment?.me;
  if (!me) return version ? <span className="faint wide-only">{version.api}</span> : null;
  return (
    <Menu
      label={texts.frame.whoIAm}
      trigger={
        <button type="button" className="icon-button me" aria-label={texts.frame.signedInAs(me.name)} title={me.name}>
          {me.name.slice(0, 1).toUpperCase()}
        </button>
      }
      items={[
        {
          label: me.name,
          hint: texts.frame.may(me.scopes, me.tenant),
          onSelect: () => undefined,
        },
        {
          label: texts.frame.signOut,
          onSelect: () => void signOut().catch((error: Error) => announce('bad', error.message)),
        },
      ]}
    />
  );
}

function LiveDot() {
  const { state, at } = useLiveState();
  const age = Math.max(0, (useNow() - at) / 1000);
  const said =
    state === 'live'
      ? texts.frame.liveHeardAgo(duration(Math.round(age)))
      : state === 'away'
        ? texts.frame.notLiveSince(duration(Math.round(age)))
        : texts.frame.connecting;
  return (
    <span className={`live ${state}`} title={said}>
      <i aria-hidden="true" />
      <span className="wide-only">
        {state === 'live' ? texts.frame.live : state === 'away' ? duration(Math.round(age)) : '…'}
      </span>
      <span className="sr-only">{said}</span>
    </span>
  );
}

function ThemeMenu() {
  const [theme, setTheme] = useState<Theme>(storedTheme());
  const choose = (next: Theme) => () => {
    chooseTheme(next);
    setTheme(next);
  };
  const icon = { light: 'sun', dark: 'moon', system: 'system' } as const;
  return (
    <Menu
      label={texts.frame.theme}
      trigger={
        <button type="button" className="icon-button" aria-label={texts.frame.themeOf(theme)}>
          <Icon name={icon[theme]} />
        </button>
      }
      items={[
        { label: texts.frame.light, onSelect: choose('light') },
        { label: texts.frame.dark, onSelect: choose('dark') },
        { label: texts.frame.asTheSystem, onSelect: choose('system') },
      ]}
    />
  );
}

function Away() {
  const { state, at } = useLiveState();
  const now = useNow();
  return (
    <div role="status" className="away-slot">
      {state === 'away' && (
        <div className="notice">
          <Icon name="dead-letters" />
          <span>{texts.frame.awaySince(texts.away, duration(Math.max(0, Math.round((now - at) / 1000))))}</span>
        </div>
      )}
    </div>
  );
}
