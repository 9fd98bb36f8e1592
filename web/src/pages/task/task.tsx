import * as Tabs from '@radix-ui/react-tabs';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { environmentQuery } from '../../api/insights';
import { taskQuery } from '../../api/queries';
import { Facts, Id, PageHead, StateBadge, Tag, Time } from '../../components/bits';
import { NotYet } from '../../components/table';
import { duration } from '../../lib/time';
import { texts } from '../../texts';
import { TaskActions } from './actions';
import { Files } from './files';
import { History } from './history';
import { Input } from './input';
import { PolicyOf } from './policy';
import { Related, TemporalLink } from './related';
import { Result } from './result';
import { Why } from './why';

const TABS = ['history', 'input', 'result', 'files', 'related', 'policy'] as const;
const TAB_NAMES: Record<(typeof TABS)[number], string> = {
  history: texts.task.history,
  input: texts.task.input,
  result: texts.task.result,
  files: texts.task.files,
  related: texts.task.related,
  policy: texts.task.policy,
};

/** One task: what it is, why it is there, and what can be done. */
export function TaskPage() {
  const { id } = useParams({ from: '/tasks/$id' });
  const { tab = 'history' } = useSearch({ from: '/tasks/$id' });
  const navigate = useNavigate();
  const { data: task, error, refetch } = useQuery(taskQuery(id));
  const { data: environment } = useQuery(environmentQuery);
  if (!task)
    return (
      <NotYet
        title={id.slice(0, Math.max(0, id.indexOf(':'))) || texts.task.task}
        query={{ error, refetch }}
        lines={8}
      />
    );
  return (
    <div className="stack">
      <PageHead
        title={
          <span className="row wrap">
            {task.type} <Id id={task.id} /> <StateBadge state={task.state} />
          </span>
        }
        meta={
          <span className="row wrap">
            {task.description}
            {task.tags.map((tag) => (
              <Link key={tag} to="/tasks" search={{ q: `tag:${tag}` }}>
                <Tag>{tag}</Tag>
              </Link>
            ))}
          </span>
        }
      >
        <TaskActions task={task} />
      </PageHead>
      <Why task={task} />
      <Facts
        items={[
          [texts.task.created, <Time key="c" at={task.createdAt} />],
          [texts.task.scheduledFor, task.scheduledFor && <Time at={task.scheduledFor} />],
          [texts.task.ended, task.endedAt && <Time at={task.endedAt} />],
          [texts.task.took, task.endedAt && duration((Date.parse(task.endedAt) - Date.parse(task.createdAt)) / 1000)],
          [texts.task.attempts, task.attempts],
          [texts.task.progress, task.state === 'running' && `${task.progress} %${task.stage ? `, ${task.stage}` : ''}`],
          [texts.task.queue, task.queue],
          [texts.task.category, task.category],
          [texts.task.priority, task.priority],
          [texts.task.tenant, task.tenant],
          [
            texts.task.key,
            task.key && (
              <Id id={task.key}>
                <code className="truncate">{task.key}</code>
              </Id>
            ),
          ],
          [texts.task.keyAnswersUntil, task.windowEndsAt && <Time at={task.windowEndsAt} />],
          [texts.task.worker, task.worker && <code className="truncate">{task.worker}</code>],
          [texts.task.nextAttempt, task.nextAttemptAt && <Time at={task.nextAttemptAt} />],
          [texts.task.lastHeartbeat, task.lastHeartbeatAt && <Time at={task.lastHeartbeatAt} />],
          [
            texts.task.temporal,
            environment?.temporalUi && <TemporalLink key="t" ui={environment.temporalUi} task={task} />,
          ],
        ]}
      />
      <Tabs.Root
        value={tab}
        onValueChange={(next) =>
          void navigate({ to: '/tasks/$id', params: { id }, search: { tab: next }, replace: true })
        }
      >
        <Tabs.List className="tabs" aria-label={texts.task.aboutTask}>
          {TABS.map((one) => (
            <Tabs.Trigger key={one} value={one} className="tab">
              {TAB_NAMES[one]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="history">
          <History task={task} />
        </Tabs.Content>
        <Tabs.Content value="input">
          <Input task={task} />
        </Tabs.Content>
        <Tabs.Content value="result">
          <Result task={task} />
        </Tabs.Content>
        <Tabs.Content value="files">
          <Files id={task.id} />
        </Tabs.Content>
        <Tabs.Content value="related">
          <Related task={task} />
        </Tabs.Content>
        <Tabs.Content value="policy">
          <PolicyOf task={task} />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  );
}
