import { type ReactNode, useId, useState } from 'react';
import { useAway } from '../api/live';
import { texts } from '../texts';
import { Fault } from './bits';
import { Dialog } from './dialog';
import { ReasonField } from './reason-field';
import { explain } from './use-action';

interface ActionDialogProps {
  title: string;
  /** What will happen. */
  explanation: ReactNode;
  confirm: string;
  danger?: boolean;
  /** Whether a reason is asked for, and must be given. */
  reason?: 'optional' | 'required' | 'none';
  reasonLabel?: string;
  pending: boolean;
  error: Error | null;
  blocked?: boolean;
  children?: ReactNode;
  onSend(reason: string): void;
  onClose(): void;
}

/** Says what will happen before it does; the same for every action of one thing. */
export function ActionDialog({
  title,
  explanation,
  confirm,
  danger = false,
  reason = 'optional',
  reasonLabel = texts.parts.reason,
  pending,
  error,
  blocked = false,
  children,
  onSend,
  onClose,
}: ActionDialogProps) {
  const form = useId();
  const away = useAway();
  const [text, setText] = useState('');
  const missing = reason === 'required' && !text.trim();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button quiet" onClick={onClose}>
            {texts.parts.close}
          </button>
          <button
            type="submit"
            form={form}
            className={danger ? 'button danger' : 'button primary'}
            disabled={pending || missing || blocked || away}
            title={away ? texts.awayAction : missing ? texts.reasonFirst : undefined}
          >
            {pending ? texts.parts.sending : confirm}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          onSend(text.trim());
        }}
      >
        <p className="muted">{explanation}</p>
        {children}
        {reason !== 'none' && (
          <ReasonField label={reasonLabel} required={reason === 'required'} value={text} onChange={setText} />
        )}
        <Fault text={error && explain(error)} />
      </form>
    </Dialog>
  );
}
