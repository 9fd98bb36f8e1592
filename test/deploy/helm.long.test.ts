import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../src/config';
import { VERSION } from '../../src/version';
import { faultsOf, type Manifest, prepareHelm, renderChart } from './helm/render';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

const ROOT = path.join(__dirname, '..', '..');
const NEEDED = {
  temporal: { address: 'temporal-frontend.temporal.svc:7233' },
  settings: { HOLDFAST_ARTIFACTS: 's3://files' },
  api: { hostNames: ['tasks.example.com'], proxies: ['10.0.0.0/8'] },
};
const FULL = {
  ...NEEDED,
  image: { repository: 'registry.example.com/holdfast', digest: `sha256:${'0'.repeat(64)}`, pullSecrets: ['pull'] },
  secrets: ['bucket', 'temporal-cloud'],
  tlsSecret: 'tasks-tls',
  api: { hostNames: ['tasks.example.com'] },
  workers: {
    default: { queues: ['default', 'email'], autoscaling: { enabled: true } },
    images: {
      queues: ['images'],
      replicas: 3,
      resources: { limits: { memory: '2Gi' } },
      settings: { HOLDFAST_CONCURRENCY: '4' },
    },
  },
  nodeSelector: { pool: 'tasks' },
  tolerations: [{ key: 'tasks', operator: 'Exists' }],
};

let absent: string | undefined;
beforeAll(async () => {
  absent = await prepareHelm();
  if (absent) console.warn(absent);
});

/** Where no package registry can be reached, and nothing was installed before, there is nothing to render with. */
const test = (name: string, work: () => void) => it(name, () => (absent ? undefined : work()));

const deployments = (manifests: Manifest[]) => manifests.filter(({ kind }) => kind === 'Deployment');
const environmentOf = (manifests: Manifest[], deployment: Manifest): Record<string, string> => {
  const { env } = deployment.spec.template.spec.containers[0];
  const map = manifests.find(({ kind }) => kind === 'ConfigMap');
  const own = env.map(({ name, value }: { name: string; value: string }) => [name, value]);
  return { ...map?.data, ...Object.fromEntries(own) };
};

for (const [what, values] of Object.entries({ 'the least values': NEEDED, 'all that can be set': FULL })) {
  test(`the chart with ${what} is what Kubernetes accepts`, () => {
    const manifests = renderChart(values);
    expect(manifests.flatMap(faultsOf)).toEqual([]);
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(faultsOf({ ...(manifests[0] as Manifest), spec: { replicas: 'two' } })).not.toEqual([]);
  });

  test(`with ${what}, every pod runs without rights, with limits and probes, and with settings that exist`, () => {
    const manifests = renderChart(values);
    for (const deployment of deployments(manifests)) {
      const { spec } = deployment.spec.template;
      const [container] = spec.containers;
      expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits.memory).toBeDefined();
      expect(container.livenessProbe.httpGet.path).toMatch(/^\/health/);
      expect(container.image).not.toMatch(/:latest$|^[^:@]+$/);
      const [, file = ''] = container.command;
      expect(existsSync(path.join(ROOT, file.replace(/^dist/, 'src').replace(/js$/, 'ts')))).toBe(true);
      const environment = environmentOf(manifests, deployment);
      // The certificate is mounted there, and not here.
      const { HOLDFAST_TLS_CERT, HOLDFAST_TLS_KEY, ...rest } = environment;
      const { HOLDFAST_SHUTDOWN_GRACE: grace, HOLDFAST_SHUTDOWN_FORCE: force } = readConfig(rest);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(grace + force);
      expect(Boolean(HOLDFAST_TLS_CERT)).toBe(container.name === 'api' && 'tlsSecret' in values);
    }
  });
}

test('one worker pool is a Deployment of its own, with its queues, and scales by itself where that is asked for', () => {
  const manifests = renderChart(FULL);
  const [pool, images] = ['default', 'images'].map((name) =>
    deployments(manifests).find(({ metadata }) => metadata.name === `demo-holdfast-worker-${name}`),
  );
  expect(pool?.spec.template.spec.containers[0].args).toEqual(['--queues', 'default,email']);
  expect(pool?.spec.replicas).toBeUndefined();
  expect(images?.spec.replicas).toBe(3);
  const scalers = manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  expect(scalers.map(({ spec }) => spec.scaleTargetRef.name)).toEqual(['demo-holdfast-worker-default']);
  expect(manifests.filter(({ kind }) => kind === 'PodDisruptionBudget')).toHaveLength(3);
  expect(images?.spec.template.spec.containers[0].envFrom).toContainEqual({ secretRef: { name: 'temporal-cloud' } });
});

for (const [fault, values] of Object.entries<[object, string]>({
  'no server': [{ ...NEEDED, temporal: { address: '' } }, 'address'],
  'a store that pods cannot share': [{ ...NEEDED, settings: { HOLDFAST_ARTIFACTS: '/data' } }, 'HOLDFAST_ARTIFACTS'],
  'a moving tag': [{ ...NEEDED, image: { repository: 'holdfast', tag: 'latest' } }, 'tag'],
  'nothing that encrypts': [{ ...NEEDED, api: { hostNames: ['x'] } }, 'tlsSecret'],
  'a value that is none': [{ ...NEEDED, replica: 3 }, 'replica'],
})) {
  test(`values with ${fault} are refused`, () => {
    expect(() => renderChart(values[0])).toThrow(values[1]);
  });
}

it('has the version of the package', () => {
  const chart = parse(readFileSync(path.join(ROOT, 'deploy/helm/holdfast/Chart.yaml'), 'utf8'));
  expect([chart.version, chart.appVersion]).toEqual([VERSION, VERSION]);
});
