import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas, Task } from '../../api/client';
import { useRefused } from '../../api/may';
import { logQuery, timelineQuery } from '../../api/queries';
import { ErrorState, Panel, Said, Skeleton, Time } from '../../components/bits';
import { duration } from '../../lib/time';
import { texts } from '../../texts';
import { SegmentBar, segmentsOf } from './segments';

interface Line {
  at: string;
  kind: 'event' | 'failure' | 'message' | 'log';
  text: string;
  detail?: string | undefined;
}

/** Attempts, failures, operators' messages and log lines in one list, by time. */
export function History({ task }: { task: Task }) {
  const timeline = useQuery(timelineQuery(task.id));
  const unseen = useRefused('operate', { type: task.type });
  const log = useQuery({ ...logQuery(task.id, task.state === 'running'), enabled: !unseen });
  const lines = useMemo(() => merge(timeline.data?.entries ?? [], log.data?.lines ?? []), [timeline.data, log.data]);
  const segments = useMemo(() => segmentsOf(timeline.data?.entries ?? [], task), [timeline.data, task]);
  if (timeline.error && !timeline.data)
    return <ErrorState error={timeline.error} retry={() => void timeline.refetch()} />;
  if (!timeline.data) return <Skeleton lines={6} />;
  const begin = Date.parse(lines[0]?.at ?? task.createdAt);
  return (
    <Panel>
      <SegmentBar segments={segments} />
      <ol className="timeline">
        {lines.map((line, index) => (
          <li key={`${line.at}${index}`} className={line.kind}>
            <span className="when faint" title={line.at}>
              +{duration((Date.parse(line.at) - begin) / 1000)}
            </span>
            <span className="grow">
              <Said text={line.text} />
              {line.detail && <pre className="muted">{line.detail}</pre>}
            </span>
            <Time at={line.at} />
          </li>
        ))}
      </ol>
      {unseen && !log.data && <p className="muted">{texts.task.itsLog(unseen)}</p>}
      {log.error && <p className="fault">{texts.task.logNotRead(log.error.message)}</p>}
    </Panel>
  );
}

function merge(entries: Schemas['Timeline']['entries'], log: Schemas['Log']['lines']): Line[] {
  const lines: Line[] = [
    ...entries.map(({ at, text, by, reason, failure }): Line => {
      const said = [by && `by ${by}`, reason].filter(Boolean).join(': ');
      return {
        at,
        kind: failure ? 'failure' : by ? 'message' : 'event',
        text,
        detail: said || undefined,
      };
    }),
    ...log.map(({ time, level, message, id: _id, attempt: _attempt, ...fields }): Line => {
      const rest = Object.keys(fields).length > 0 ? JSON.stringify(fields) : undefined;
      return { at: time, kind: 'log', text: `${level === 'info' ? '' : `${level}: `}${message}`, detail: rest };
    }),
  ];
  return lines.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
