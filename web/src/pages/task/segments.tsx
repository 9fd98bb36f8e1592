import { useState } from 'react';
import type { Schemas, Task } from '../../api/client';
import { Segmented } from '../../components/segmented';
import { Wide } from '../../components/wide';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

export interface Segment {
  kind: 'waited' | 'ran' | 'failed' | 'parked';
  seconds: number;
}

type Entries = Schemas['Timeline']['entries'];

/** From the timeline: how long it waited and how long it ran, one after the other. */
export function segmentsOf(entries: Entries, task: Task): Segment[] {
  const first = entries[0];
  if (!first) return [];
  const segments: Segment[] = [];
  let from = Date.parse(first.at);
  let kind: Segment['kind'] = 'waited';
  const until = (at: string, next: Segment['kind'], as = kind) => {
    const to = Date.parse(at);
    if (to > from) segments.push({ kind: as, seconds: (to - from) / 1000 });
    from = Math.max(from, to);
    kind = next;
  };
  for (const { at, event, failure } of entries) {
    if (failure?.startedAt) until(failure.startedAt, 'ran');
    if (event === 'attempt-started') until(at, 'ran');
    else if (event === 'attempt-succeeded') until(at, 'waited', 'ran');
    else if (failure) until(at, 'waited', 'failed');
    else if (event === 'parked' || event === 'dead-lettered') until(at, 'parked');
    else if (event === 'redriven' || event === 'retried') until(at, 'waited');
  }
  if (!task.endedAt) until(new Date().toISOString(), kind, task.state === 'running' ? 'ran' : kind);
  return segments;
}

const NAMES: Record<Segment['kind'], string> = {
  waited: texts.task.waited,
  ran: texts.task.ran,
  failed: texts.task.ranAndFailed,
  parked: texts.task.waitedAsDeadLetter,
};

/** Of so many parts it is written beneath the bar how long each took. */
const SHOWN = 8;
const shownOf = (segments: readonly Segment[]) => segments.slice(0, SHOWN);

const ZOOMS = ['1', '10', '100'] as const;
type Zoom = (typeof ZOOMS)[number];

/** One bar, to scale; each part says what it is. Short ones beside long waits are found by zooming in. */
export function SegmentBar({ segments }: { segments: readonly Segment[] }) {
  const [zoom, setZoom] = useState<Zoom>('1');
  const total = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return null;
  const said = segments.map(({ kind, seconds }) => `${NAMES[kind]} ${duration(seconds)}`).join(', ');
  const shortest = Math.min(...segments.map(({ seconds }) => seconds));
  let x = 0;
  const bar = (
    <svg
      style={{ width: `${Number(zoom) * 100}%` }}
      viewBox="0 0 1000 14"
      preserveAspectRatio="none"
      role="img"
      aria-label={said}
    >
      <title>{said}</title>
      {segments.map(({ kind, seconds }, index) => {
        const width = Math.max((seconds / total) * 1000, 3);
        const at = x;
        x += (seconds / total) * 1000;
        const key = `${index}`;
        return (
          <rect key={key} className={kind} x={at} y="0" width={width} height="14">
            <title>{`${NAMES[kind]} ${duration(seconds)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
  return (
    <figure className="segments">
      {zoom === '1' ? bar : <Wide label={texts.task.timeZoomedIn}>{bar}</Wide>}
      <figcaption className="row wrap between faint">
        <span className="row wrap" aria-hidden="true">
          {shownOf(segments).map(({ kind, seconds }, index) => (
            <span key={`${index}`} className="nowrap">
              <i className={kind} /> {NAMES[kind]} {duration(seconds)}
            </span>
          ))}
          {segments.length > SHOWN && texts.task.andMoreParts(segments.length - SHOWN)}
        </span>
        {total / shortest > 20 && (
          <Segmented<Zoom>
            label={texts.task.zoom}
            options={ZOOMS.map((one) => [one, `${one}×`])}
            value={zoom}
            onChange={setZoom}
          />
        )}
      </figcaption>
    </figure>
  );
}
