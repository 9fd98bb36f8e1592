import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const read = (...names: string[]) => readFileSync(path.join(__dirname, '..', '..', ...names), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string };
}

describe('deploy/prometheus/holdfast.rules.yaml', () => {
  const { groups } = parse(read('deploy', 'prometheus', 'holdfast.rules.yaml')) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);

  it.each(rules.map((rule) => [rule.alert, rule]))(
    '%s asks for metrics that there are, and says what is wrong',
    (_, rule) => {
      const page = read('docs', 'metrics.md');
      const asked = rule.expr.match(/holdfast_\w+/g) ?? [];
      expect(asked.length).toBeGreaterThan(0);
      for (const metric of asked) expect(page).toContain(`\`${metric}\``);
      expect(rule.annotations.summary).not.toBe('');
    },
  );
});
