import { Link } from '@tanstack/react-router';
import type { FailureGroup } from '../../api/insights';
import { useBlocked } from '../../api/may';
import { Time } from '../../components/bits';
import { Icon } from '../../components/icons';
import { Spark } from '../../components/spark';
import { compact, count } from '../../lib/numbers';
import { texts } from '../../texts';

const MARKS = { new: texts.deadLetters.new, back: texts.deadLetters.backAgain } as const;

/** One failure, however many tasks have it. */
export function GroupCard({ group, state, onRetry }: { group: FailureGroup; state: string; onRetry(): void }) {
  const { fingerprint, type, code, message, count: of, firstAt, lastAt, mark, spark } = group;
  const blocked = useBlocked('operate');
  return (
    <li className="group panel">
      <strong className="group-count" title={count(of)}>
        {compact(of)}
      </strong>
      <div className="grow">
        <p className="row wrap">
          <Link className="link strong" to="/tasks" search={{ q: `type:${type} state:${state}` }}>
            {type}
          </Link>
          <code>{code}</code>
          <span className="tag">{group.class}</span>
          {mark && (
            <span className="mark">
              <Icon name="dead-letters" size={13} /> {MARKS[mark]}
            </span>
          )}
        </p>
        <p className="muted clamp" title={message}>
          {message}
        </p>
        {firstAt && (
          <p className="faint small">
            {texts.deadLetters.first} <Time at={firstAt} />
            {texts.deadLetters.last} <Time at={lastAt} />
          </p>
        )}
      </div>
      {spark && spark.length > 0 && <Spark values={spark} tone="bad" label={`${type} ${code}: ${spark.join(', ')}`} />}
      <div className="row">
        <Link className="button" to="/tasks" search={{ q: `fingerprint:${fingerprint} state:${state}` }}>
          {texts.deadLetters.look}
        </Link>
        <button
          type="button"
          className="button"
          disabled={Boolean(blocked)}
          title={blocked}
          onClick={onRetry}
          aria-label={texts.deadLetters.retryOf(type, code)}
        >
          <Icon name="refresh" /> {texts.deadLetters.retryAsk}
        </button>
      </div>
    </li>
  );
}
