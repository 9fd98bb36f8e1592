import { type ReactNode, useState } from 'react';
import type { TaskState } from '../api/client';
import { copyText } from '../lib/copy';
import { compact, count } from '../lib/numbers';
import { clock, exact, relative } from '../lib/time';
import { useNow } from '../lib/use-now';
import { STATE_NAMES, texts } from '../texts';
import { Icon, StateShape } from './icons';

export function StateBadge({ state }: { state: TaskState }) {
  return (
    <span className={`badge state-${state}`}>
      <StateShape state={state} />
      {STATE_NAMES[state]}
    </span>
  );
}

/** An age that moves on; the exact time on hover, and what is copied. */
export function Time({ at }: { at: string | undefined }) {
  const now = useNow();
  if (!at) return <span className="faint">–</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={exact(date)} className="nowrap">
      {relative(date, now)}
    </time>
  );
}

/** When by the clock, for several times side by side; how far away on hover. */
export function Clock({ at }: { at: string }) {
  const date = new Date(at);
  const now = Date.now();
  return (
    <time dateTime={at} title={`${exact(date)}, ${relative(date, now)}`} className="nowrap">
      {clock(date, now)}
    </time>
  );
}

const ISO = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** What the API says, with its times as the reader's clock has them. */
export function Said({ text }: { text: string | undefined }) {
  return text?.split(ISO).map((part, index) => (index % 2 === 1 ? <Clock key={index} at={part} /> : part));
}

export function CopyButton({ text, label = texts.copy }: { text: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    setState((await copyText(text)) ? 'copied' : 'failed');
    setTimeout(() => setState('idle'), 1500);
  };
  const said = { idle: label, copied: texts.copied, failed: texts.copyFailed }[state];
  return (
    <button type="button" className="icon-button small" onClick={() => void copy()} aria-label={said} title={said}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} size={14} />
      <span className="sr-only" aria-live="polite">
        {state === 'idle' ? '' : said}
      </span>
    </button>
  );
}

/** `image.convert:01m8…rkmp` is told by its ends: the middle is left out, never the end. */
export function shortId(id: string): string {
  const part = id.slice(id.indexOf(':') + 1);
  return part.length <= 14 ? part : `${part.slice(0, 4)}…${part.slice(-6)}`;
}

export function Id({ id, children }: { id: string; children?: ReactNode }) {
  return (
    <span className="id">
      {children ?? <code title={id}>{shortId(id)}</code>}
      <CopyButton text={id} label={texts.parts.copyOf(id)} />
    </span>
  );
}

/** A figure that says whether it was counted or estimated. @param approximate True, or how it was estimated. */
export function Count({ value, approximate = false }: { value: number | undefined; approximate?: boolean | string }) {
  if (value === undefined) return <span className="faint">–</span>;
  const title =
    typeof approximate === 'string'
      ? `${count(value)}. ${approximate}`
      : approximate
        ? texts.parts.estimate(count(value))
        : count(value);
  return (
    <span title={title}>
      {approximate && value > 0 ? '≈ ' : ''}
      {compact(value)}
    </span>
  );
}

export function Tag({ children }: { children: ReactNode }) {
  return <span className="tag">{children}</span>;
}

export function Bar({ value, of, tone = 'accent' }: { value: number; of: number; tone?: string }) {
  return (
    <meter
      className={`meter ${tone}`}
      min={0}
      max={Math.max(of, 1)}
      value={value}
      aria-label={texts.parts.of(value, of)}
    />
  );
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <output className="skeleton" aria-label={texts.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </output>
  );
}

export function EmptyState({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {hint && <p className="muted">{hint}</p>}
      {children && <div className="row wrap">{children}</div>}
    </div>
  );
}

/** What is wrong with what was just done or typed, if anything is. */
export function Fault({ text }: { text: string | null | undefined }) {
  return text ? (
    <p className="fault" role="alert">
      {text}
    </p>
  ) : null;
}

/** A failed question is never shown as an empty answer. */
export function ErrorState({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <div className="empty error" role="alert">
      <h2>{error.name === 'ApiAway' ? texts.parts.apiDoesNotAnswer : texts.parts.notRead}</h2>
      <p className="muted">{error.message}</p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          {texts.retry}
        </button>
      )}
    </div>
  );
}

export function Panel({
  title,
  actions,
  children,
  flush = false,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={flush ? 'panel flush' : 'panel'}>
      {(title || actions) && (
        <header className="row between">
          {typeof title === 'string' ? <h2>{title}</h2> : title}
          {actions && <div className="row">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export function PageHead({ title, meta, children }: { title: ReactNode; meta?: ReactNode; children?: ReactNode }) {
  return (
    <header className="page-head">
      <div className="grow">
        <h1>{title}</h1>
        {meta && <div className="muted">{meta}</div>}
      </div>
      {children && <div className="row wrap">{children}</div>}
    </header>
  );
}

export function Facts({ items }: { items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {items.map(([name, value]) =>
        value === undefined || value === null || value === false ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
