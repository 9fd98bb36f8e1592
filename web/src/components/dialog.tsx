import { type ReactNode, useEffect, useId, useRef } from 'react';
import { texts } from '../texts';
import { Icon } from './icons';

/** Where a person goes on: the first field, else what confirms. */
const FIRST = '.dialog-body :is(input, select, textarea), footer :is([type="submit"], .primary)';

interface DialogProps {
  title: string;
  onClose(): void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/** The platform's own modal dialog: it traps the focus, closes with Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, footer, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    element?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      element?.close();
      before?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-box">
        <header className="row between">
          <h2 id={name}>{title}</h2>
          <button type="button" className="icon-button" aria-label={texts.parts.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div className="dialog-body">{children}</div>
        {footer && <footer className="row">{footer}</footer>}
      </div>
    </dialog>
  );
}
