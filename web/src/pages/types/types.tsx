import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { typeFiguresQuery } from '../../api/insights';
import { taskTypesQuery } from '../../api/queries';
import { EmptyState, PageHead, Tag } from '../../components/bits';
import { NotYet } from '../../components/table';
import { count } from '../../lib/numbers';
import { texts } from '../../texts';
import { TypeDetails } from './type-details';

/** What can be submitted: each contract with its schema, policy and the code for it. */
export function Types() {
  const { type } = useSearch({ from: '/types' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(taskTypesQuery);
  const figures = useQuery(typeFiguresQuery('24h'));
  if (!data) return <NotYet title={texts.types.types} query={{ error, refetch }} lines={8} />;
  const chosen = data.taskTypes.find((one) => one.type === type) ?? data.taskTypes[0];
  if (!chosen) return <EmptyState title={texts.types.noTaskTypes} hint={texts.types.noTaskTypesHint} />;
  return (
    <>
      <PageHead title={texts.types.types} meta={texts.types.onOffer(count(data.taskTypes.length))} />
      <div className="list-beside">
        <nav aria-label={texts.types.types} className="panel flush type-list">
          <ul>
            {data.taskTypes.map((one) => (
              <li key={one.type}>
                <Link
                  to="/types"
                  search={{ type: one.type }}
                  aria-current={one === chosen ? 'page' : undefined}
                  className={one === chosen ? 'chosen' : ''}
                >
                  <span className="grow truncate">{one.type}</span> <Tag>{one.category}</Tag>
                </Link>
              </li>
            ))}
          </ul>
          <label className="type-select">
            <span className="sr-only">{texts.types.type}</span>
            <select
              value={chosen.type}
              onChange={(event) => void navigate({ to: '/types', search: { type: event.target.value } })}
            >
              {data.taskTypes.map((one) => (
                <option key={one.type}>{one.type}</option>
              ))}
            </select>
          </label>
        </nav>
        <div className="stack">
          <TypeDetails
            key={chosen.type}
            contract={chosen}
            figures={figures.data?.types.find((one) => one.type === chosen.type)}
            known={figures.data === null ? false : figures.data && true}
          />
          {data.absent.length > 0 && (
            <section className="notes" aria-label={texts.types.notOnOffer}>
              {data.absent.map(({ type: name, reason }) => (
                <p key={name}>
                  <strong>{name}</strong> {texts.types.absentBecause(reason)}
                </p>
              ))}
            </section>
          )}
        </div>
      </div>
    </>
  );
}
