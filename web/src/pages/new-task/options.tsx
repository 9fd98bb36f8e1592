import type { Schemas } from '../../api/client';
import { parseJson } from '../../lib/json';
import { texts } from '../../texts';
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
    ...(parsed.fault && { fault: texts.newTask.policyFault(parsed.fault) }),
  };
}

interface OptionsProps {
  options: OptionTexts;
  contract: Schemas['TaskTypes']['taskTypes'][number];
  fault?: string | undefined;
  onChange(options: OptionTexts): void;
}

/** Key and policy, folded away: most tasks need neither. */
export function Options({ options, contract, fault, onChange }: OptionsProps) {
  const set = (name: keyof OptionTexts) => (event: { target: { value: string } }) =>
    onChange({ ...options, [name]: event.target.value });
  return (
    <>
      <details className="fold">
        <summary>{texts.newTask.keyTenantTagsDelay}</summary>
        <div className="form two">
          <label>
            {texts.newTask.idempotencyKey}
            <input value={options.key} onChange={set('key')} spellCheck={false} maxLength={255} />
            <small className="faint">{contract.keyFrom ? texts.newTask.inputIsKey : texts.newTask.keyHint}</small>
          </label>
          <label>
            {texts.newTask.tenant}
            <input value={options.tenant} onChange={set('tenant')} spellCheck={false} maxLength={128} />
          </label>
          <label>
            {texts.newTask.tagsBySpaces}
            <input value={options.tags} onChange={set('tags')} spellCheck={false} />
          </label>
          <label>
            {texts.newTask.delay}
            <input type="number" min={0} step="any" value={options.delay} onChange={set('delay')} />
          </label>
          <label>
            {texts.newTask.priority}
            <input type="number" min={1} max={5} value={options.priority} onChange={set('priority')} />
          </label>
        </div>
      </details>
      <details className="fold">
        <summary>{texts.newTask.policy}</summary>
        <div className="form">
          <p className="muted">{policyWords(contract.policy)}</p>
          <label>
            {texts.newTask.policyChanges}
            <textarea
              className="mono"
              rows={3}
              placeholder={texts.newTask.policyExample}
              value={options.policy}
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
