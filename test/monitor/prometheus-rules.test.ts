import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { TOOLS_FOLDER } from '../support/tools-folder';

/** Where `npm run test:alerts` builds it. */
const PROMTOOL = path.join(TOOLS_FOLDER, 'promtool-v0.316.0', 'promtool');

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
      const page = read('docs', 'reference', 'metrics.md');
      const asked = rule.expr.match(/holdfast_\w+/g) ?? [];
      expect(asked.length).toBeGreaterThan(0);
      for (const metric of asked) expect(page).toContain(`\`${metric}\``);
      expect(rule.annotations.summary).not.toBe('');
    },
  );

  it('has a test of every alert, with one that is there', () => {
    interface Case {
      alertname: string;
      exp_alerts: unknown[];
    }
    const { tests } = parse(read('deploy', 'prometheus', 'holdfast.rules.test.yaml')) as {
      tests: { alert_rule_test: Case[] }[];
    };
    const fires = tests.flatMap((one) => one.alert_rule_test).filter((one) => one.exp_alerts.length > 0);
    expect([...new Set(fires.map((one) => one.alertname))].sort()).toEqual(rules.map((rule) => rule.alert).sort());
  });

  it('passes its tests with promtool, where that was built', () => {
    if (!existsSync(PROMTOOL)) {
      console.warn('The alert rules are not run here: there is no promtool; `npm run test:alerts` builds it.');
      return;
    }
    const cwd = path.join(__dirname, '..', '..', 'deploy', 'prometheus');
    expect(execFileSync(PROMTOOL, ['test', 'rules', 'holdfast.rules.test.yaml'], { cwd, encoding: 'utf8' })).toContain(
      'SUCCESS',
    );
  });
});
