import { Link } from '@tanstack/react-router';
import { useBlocked } from '../api/may';
import { texts } from '../texts';
import { Icon } from './icons';

/** @param short Without its words where there is little room. */
export function NewTaskLink({ short = false }: { short?: boolean }) {
  const blocked = useBlocked('submit', { anyType: true });
  const content = (
    <>
      <Icon name="plus" />
      <span className={short ? 'wide-only' : ''}>{texts.frame.newTask}</span>
    </>
  );
  return blocked === undefined ? (
    <Link to="/new" className="button primary" aria-label={texts.frame.newTask}>
      {content}
    </Link>
  ) : (
    <button type="button" className="button primary" aria-label={texts.frame.newTask} disabled title={blocked}>
      {content}
    </button>
  );
}
