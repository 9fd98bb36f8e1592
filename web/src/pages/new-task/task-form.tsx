import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { ApiError, api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { Fault, Panel } from '../../components/bits';
import { Code } from '../../components/code';
import { Field } from '../../components/schema-form/field';
import { JsonField } from '../../components/schema-form/json-field';
import type { Schema } from '../../components/schema-form/schema';
import { Segmented } from '../../components/segmented';
import { useAnnounce } from '../../components/toasts';
import { texts } from '../../texts';
import { Options, type OptionTexts, optionsOf } from './options';
import { curlOf, typescriptOf } from './snippets';

type Contract = Schemas['TaskTypes']['taskTypes'][number];

export function TaskForm({ contract }: { contract: Contract }) {
  const { type } = contract;
  const form = useId();
  const navigate = useNavigate();
  const client = useQueryClient();
  const announce = useAnnounce();
  const blocked = useBlocked('submit', { type });
  const [input, setInput] = useState<unknown>(contract.example);
  const [mode, setMode] = useState<'form' | 'json'>('form');
  const [texted, setTexted] = useState<OptionTexts>({
    key: '',
    tenant: '',
    tags: '',
    delay: '',
    priority: '',
    policy: '',
  });
  const { options, fault } = optionsOf(texted);
  const key = texted.key.trim();
  const order = { type, input, key, options };
  const submit = useMutation({
    mutationFn: () =>
      data<Schemas['Task']>(
        api.POST('/v1/tasks', {
          body: { type, input, ...options } as never,
          params: { header: key ? { 'Idempotency-Key': key } : {} },
        } as never),
      ),
    onSuccess: ({ id }) => {
      announce('good', texts.newTask.submitted);
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void navigate({ to: '/tasks/$id', params: { id } });
    },
  });
  const faults = faultsOf(submit.error);
  const schema = contract.input as Schema;
  const change = (value: unknown) => {
    if (submit.error) submit.reset();
    setInput(value);
  };
  const field = { schema, pointer: '/input', value: input, faults, required: true, onChange: change };
  return (
    <div className="form-beside">
      <Panel
        title={texts.newTask.input}
        actions={
          <Segmented<'form' | 'json'>
            label={texts.newTask.editAs}
            options={[
              ['form', texts.newTask.form],
              ['json', texts.newTask.json],
            ]}
            value={mode}
            onChange={setMode}
          />
        }
      >
        <form
          id={form}
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            submit.mutate();
          }}
        >
          {mode === 'form' ? <Field {...field} name="" /> : <JsonField {...field} name={texts.newTask.input} />}
          <Options options={texted} contract={contract} onChange={setTexted} fault={fault} />
          <Fault text={submit.error?.message} />
          {blocked && <p className="muted">{blocked}</p>}
          <div className="row">
            <button
              type="submit"
              className="button primary"
              disabled={submit.isPending || Boolean(blocked) || Boolean(fault)}
              title={blocked}
            >
              {submit.isPending ? texts.newTask.submitting : texts.newTask.submitTask}
            </button>
            <button type="button" className="button quiet" onClick={() => change(contract.example)}>
              {texts.newTask.backToExample}
            </button>
          </div>
        </form>
      </Panel>
      <div className="stack beside">
        <Panel title={texts.newTask.sameWithCurl}>
          <Code text={curlOf(order)} label={texts.newTask.curlCommand} />
        </Panel>
        <Panel title={texts.newTask.sameInTypeScript}>
          <Code text={typescriptOf(order)} label={texts.newTask.typeScriptCall} />
        </Panel>
      </div>
    </div>
  );
}

function faultsOf(error: Error | null): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    (error.problem.errors ?? []).flatMap(({ pointer, detail }) => (pointer ? [[pointer, detail]] : [])),
  );
}
