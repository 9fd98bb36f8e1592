import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { Count, Panel } from '../../components/bits';
import { percent } from '../../lib/numbers';

export function TypeTable({ stats }: { stats: Schemas['Stats'] }) {
  const types = Object.entries(stats.tasks.byType as Record<string, Schemas['TaskCounts']>);
  return (
    <Panel title="By type" flush>
      <div className="table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th>Type</th>
              <th className="number">Open</th>
              <th className="number">Completed</th>
              <th className="number">Failed</th>
              <th className="number">Failed share</th>
            </tr>
          </thead>
          <tbody>
            {types.map(([type, { open, completed, failed }]) => (
              <tr key={type}>
                <td>
                  <Link to="/tasks" search={{ q: `type:${type}` }}>
                    {type}
                  </Link>
                </td>
                <td className="number">
                  <Count value={open} />
                </td>
                <td className="number">
                  <Count value={completed} />
                </td>
                <td className="number">
                  <Count value={failed} />
                </td>
                <td className="number">{completed + failed > 0 ? percent(failed / (completed + failed)) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
