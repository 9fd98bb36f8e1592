import type { Schemas } from '../../api/client';
import { parseJson } from '../../lib/json';
import { policyWords } from '../types/policy-words';

export interface OptionTexts {
  key: string;
  tenant: string;
  tags: string;
  delay: string;
  priority: string;
  policy: string;
}

/** What goes beside the input, as the API takes it. */
export function optionsOf({ tenant, tags, delay, priority, policy }: OptionTexts): {
  options: Record<string, unknown>;
  fault?: string;
} {
  const parsed = parseJson(policy);
  const list = tags.split(/[\s,]+/).filter(Boolean);
  return {
    options: {
      ...(tenant.trim() && { tenant: tenant.trim() }),
      ...(list.length > 0 && { tags: list }),
      ...(delay && { delay: Number(delay) }),
      ...(priority && { priority: Number(priority) }),
      ...(parsed.value !== undefined && { policy: parsed.value }),
    },
    ...(parsed.fault && { fault: `Policy: ${parsed.fault}` }),
  };
}

interface OptionsProps {
  texts: OptionTexts;
  contract: Schemas['TaskTypes']['taskTypes'][number];
  fault?: string | undefined;
  onChange(texts: OptionTexts): void;
}

/** Key and policy, folded away: most tasks need neither. */
export function Options({ texts, contract, fault, onChange }: OptionsProps) {
  const set = (name: keyof OptionTexts) => (event: { target: { value: string } }) =>
    onChange({ ...texts, [name]: event.target.value });
  return (
    <>
      <details className="fold">
        <summary>Key, tenant, tags, delay</summary>
        <div className="form two">
          <label>
            Idempotency key
            <input value={texts.key} onChange={set('key')} spellCheck={false} maxLength={255} />
            <small className="faint">
              {contract.keyFrom ? 'Without one, the input is the key.' : 'The same key again finds the same task.'}
            </small>
          </label>
          <label>
            Tenant
            <input value={texts.tenant} onChange={set('tenant')} spellCheck={false} maxLength={128} />
          </label>
          <label>
            Tags, by spaces
            <input value={texts.tags} onChange={set('tags')} spellCheck={false} />
          </label>
          <label>
            Starts after, in seconds
            <input type="number" min={0} step="any" value={texts.delay} onChange={set('delay')} />
          </label>
          <label>
            Priority, 1 is first
            <input type="number" min={1} max={5} value={texts.priority} onChange={set('priority')} />
          </label>
        </div>
      </details>
      <details className="fold">
        <summary>Policy</summary>
        <div className="form">
          <p className="muted">{policyWords(contract.policy)}</p>
          <label>
            Changes to it, as JSON
            <textarea
              className="mono"
              rows={3}
              placeholder='{"attempts": 5}'
              value={texts.policy}
              onChange={set('policy')}
              spellCheck={false}
            />
            {fault && <small className="fault">{fault}</small>}
          </label>
        </div>
      </details>
    </>
  );
}
