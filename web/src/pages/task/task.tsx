import * as Tabs from '@radix-ui/react-tabs';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { taskQuery } from '../../api/queries';
import { CopyButton, ErrorState, Facts, Id, PageHead, Panel, Skeleton, StateBadge, Tag, Time } from '../../components/bits';
import { JsonView } from '../../components/json-view';
import { duration } from '../../lib/time';
import { TaskActions } from './actions';
import { Files } from './files';
import { History } from './history';
import { Why } from './why';

const TABS = ['history', 'input', 'result', 'files', 'policy'] as const;
const TAB_NAMES: Record<(typeof TABS)[number], string> = {
  history: 'History',
  input: 'Input',
  result: 'Result',
  files: 'Files',
  policy: 'Policy',
};

/** One task: what it is, why it is there, and what can be done. */
export function TaskPage() {
  const { id } = useParams({ from: '/tasks/$id' });
  const { tab = 'history' } = useSearch({ from: '/tasks/$id' });
  const navigate = useNavigate();
  const { data: task, error, refetch } = useQuery(taskQuery(id));
  if (error && !task) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!task) return <Skeleton lines={8} />;
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
          ['Created', <Time key="c" at={task.createdAt} />],
          ['Scheduled for', task.scheduledFor && <Time at={task.scheduledFor} />],
          ['Ended', task.endedAt && <Time at={task.endedAt} />],
          ['Took', task.endedAt && duration((Date.parse(task.endedAt) - Date.parse(task.createdAt)) / 1000)],
          ['Attempts', task.attempts],
          ['Progress', task.state === 'running' && `${task.progress} %${task.stage ? `, ${task.stage}` : ''}`],
          ['Queue', task.queue],
          ['Category', task.category],
          ['Priority', task.priority],
          ['Tenant', task.tenant],
          ['Key', task.key && <Id id={task.key}><code className="truncate">{task.key}</code></Id>],
          ['Key answers until', task.windowEndsAt && <Time at={task.windowEndsAt} />],
          ['Worker', task.worker && <code className="truncate">{task.worker}</code>],
          ['Next attempt', task.nextAttemptAt && <Time at={task.nextAttemptAt} />],
          ['Last heartbeat', task.lastHeartbeatAt && <Time at={task.lastHeartbeatAt} />],
          ['Temporal run', <Id key="r" id={task.runId} />],
        ]}
      />
      <Tabs.Root value={tab} onValueChange={(next) => void navigate({ to: '/tasks/$id', params: { id }, search: { tab: next }, replace: true })}>
        <Tabs.List className="tabs" aria-label="About this task">
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
          <Panel>
            <p className="muted row">
              Read it on the command line: <code>holdfast info {task.id} --input</code>
              <CopyButton text={`holdfast info ${task.id} --input`} />
            </p>
          </Panel>
        </Tabs.Content>
        <Tabs.Content value="result">
          <Panel>{task.result === undefined ? <p className="muted">There is no result yet.</p> : <JsonView value={task.result} label="the result" />}</Panel>
        </Tabs.Content>
        <Tabs.Content value="files">
          <Files id={task.id} />
        </Tabs.Content>
        <Tabs.Content value="policy">
          <Panel>
            <JsonView value={task.policy} label="the policy" />
          </Panel>
        </Tabs.Content>
      </Tabs.Root>
    </div>
  );
}
