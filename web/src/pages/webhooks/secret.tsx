import { Code } from '../../components/code';
import { Dialog } from '../../components/dialog';

/** Shown once: the API does not say it again. */
export function SecretDialog({
  secret,
  graceUntil,
  onClose,
}: {
  secret: string;
  graceUntil?: string | undefined;
  onClose(): void;
}) {
  return (
    <Dialog
      title="The secret, shown this once"
      onClose={onClose}
      footer={
        <button type="button" className="button primary" onClick={onClose}>
          I have kept it
        </button>
      }
    >
      <div className="stack tight">
        <p className="muted">The receiver checks signatures with it. It cannot be read again; a lost one is rotated.</p>
        <Code text={secret} label="the secret" />
        {graceUntil && (
          <p className="muted">The one before signs too until {new Date(graceUntil).toLocaleString('en-GB')}.</p>
        )}
      </div>
    </Dialog>
  );
}
