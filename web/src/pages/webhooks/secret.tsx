import { Code } from '../../components/code';
import { Dialog } from '../../components/dialog';
import { texts } from '../../texts';

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
      title={texts.webhooks.secretShownOnce}
      onClose={onClose}
      footer={
        <button type="button" className="button primary" onClick={onClose}>
          {texts.webhooks.secretKept}
        </button>
      }
    >
      <div className="stack tight">
        <p className="muted">{texts.webhooks.secretExplained}</p>
        <Code text={secret} label={texts.webhooks.theSecret} />
        {graceUntil && (
          <p className="muted">{texts.webhooks.graceUntil(new Date(graceUntil).toLocaleString('en-GB'))}</p>
        )}
      </div>
    </Dialog>
  );
}
