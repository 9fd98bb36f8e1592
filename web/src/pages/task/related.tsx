import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Task } from '../../api/client';
import { environmentQuery } from '../../api/insights';
import { tasksQuery } from '../../api/queries';
import { ErrorState, Id, Panel, Skeleton, StateBadge, shortId, Time } from '../../components/bits';
import { Icon } from '../../components/icons';
import { Table } from '../../components/table';
import { texts } from '../../texts';

/** Where the task comes from, what it made, and the same task in Temporal's own UI. */
export function Related({ task }: { task: Task }) {
  const named = (prefix: string) =>
    task.tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  const links = [
    ...named('batch:').map(
      (id) =>
        [
          texts.task.batch,
          <Link key={id} className="link" to="/tasks" search={{ q: `tag:batch:${id}` }}>
            {id}
          </Link>,
        ] as const,
    ),
    ...named('schedule:').map(
      (id) =>
        [
          texts.task.schedule,
          <Link key={id} className="link" to="/schedules">
            {id}
          </Link>,
        ] as const,
    ),
    ...named('parent:').map(
      (id) =>
        [
          texts.task.parent,
          <Link key={id} className="link" to="/tasks/$id" params={{ id }}>
            {id}
          </Link>,
        ] as const,
    ),
  ];
  const { data: environment } = useQuery(environmentQuery);
  return (
    <div className="stack">
      <Panel>
        <dl className="value-fields">
          {links.map(([name, link]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{link}</dd>
            </div>
          ))}
          <div>
            <dt>{texts.task.temporalRun}</dt>
            <dd className="row wrap">
              <Id id={task.runId} />
              {environment?.temporalUi && <TemporalLink ui={environment.temporalUi} task={task} />}
            </dd>
          </div>
        </dl>
      </Panel>
      <Tagged title={texts.task.children} tag={`parent:${task.id}`} empty={texts.task.noChildren} />
      <Tagged title={texts.task.webhooksAboutEnd} tag={`task:${task.id}`} type="webhook.deliver" empty="" />
    </div>
  );
}

export function TemporalLink({ ui, task: { id, runId } }: { ui: string; task: Task }) {
  // Only a web address may be followed.
  if (!/^https?:\/\//.test(ui)) return null;
  return (
    <a
      className="link row"
      href={`${ui.replace(/\/$/, '')}/workflows/${encodeURIComponent(id)}/${runId}`}
      target="_blank"
      rel="noreferrer"
    >
      {texts.task.openInTemporal} <Icon name="external" size={14} />
    </a>
  );
}

function Tagged({ title, tag, type, empty }: { title: string; tag: string; type?: string; empty: string }) {
  const { data, error, refetch } = useInfiniteQuery({
    ...tasksQuery({ tag, ...(type && { type }) }),
    enabled: tag.length <= 128,
  });
  if (error) return empty ? <ErrorState error={error} retry={() => void refetch()} /> : null;
  const tasks = data?.pages.flatMap((page) => page.tasks) ?? [];
  if (data && tasks.length === 0) return empty ? <p className="muted">{empty}</p> : null;
  if (!data) return empty ? <Skeleton lines={2} /> : null;
  return (
    <Panel title={title} flush>
      <Table label={title}>
        {tasks.map((task) => (
          <tr key={task.id}>
            <td>
              <StateBadge state={task.state} />
            </td>
            <td>{task.type}</td>
            <td>
              <Id id={task.id}>
                <Link className="link" to="/tasks/$id" params={{ id: task.id }}>
                  <code>{shortId(task.id)}</code>
                </Link>
              </Id>
            </td>
            <td className="number">
              <Time at={task.createdAt} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
