import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ValidateFunction } from 'ajv';
import Ajv from 'ajv/dist/2020';
import { parseAllDocuments } from 'yaml';
import { installWheel } from '../../../src/embedded/pip';
import { type Wheel, wheelFolder, wheelProgram } from '../../../src/embedded/tools';
import { TOOLS_FOLDER } from '../../support/tools-folder';

/** Helm's own engine, in a package of PyPI. */
const HELM: Wheel = { wheel: 'helm-python-sdk', version: '0.2.2', file: 'helm_python/lib/libhelm_c.so' };
/** The schemas of Kubernetes, in another. */
const SCHEMAS: Wheel = {
  wheel: 'kubernetes-validate',
  version: '1.37.0',
  file: 'kubernetes_validate/__init__.py',
};
const KUBERNETES = 'kubernetes_validate/kubernetes-json-schema/v1.34.0-local-strict';
const CHART = path.join(__dirname, '..', '..', '..', 'deploy', 'helm', 'holdfast');

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  // biome-ignore lint/suspicious/noExplicitAny: the schemas of Kubernetes say what is in it.
  [field: string]: any;
}

/** Installs what is missing. Undefined when it is all there, or else why the chart cannot be rendered here. */
export async function prepareHelm(): Promise<string | undefined> {
  try {
    for (const wheel of [HELM, SCHEMAS]) {
      if (!existsSync(wheelProgram(wheel, TOOLS_FOLDER))) await installWheel(wheel, { toolsFolder: TOOLS_FOLDER });
    }
    return undefined;
  } catch (error) {
    return `No Helm here: ${(error as Error).message}`;
  }
}

/** The chart with these values, as Helm renders it. @throws Error with what Helm says against them. */
export function renderChart(values: object): Manifest[] {
  const env = { ...process.env, PYTHONPATH: wheelFolder(HELM, TOOLS_FOLDER) };
  const { stdout, stderr } = spawnSync('python3', [path.join(__dirname, 'render.py'), CHART], {
    env,
    input: JSON.stringify(values),
    encoding: 'utf8',
  });
  if (!stdout) throw new Error(stderr);
  const { error, manifests } = JSON.parse(stdout) as { error?: string; manifests: Record<string, string> };
  if (error) throw new Error(error);
  return Object.entries(manifests)
    .filter(([name]) => name.endsWith('.yaml'))
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as Manifest | null))
    .filter((one) => one !== null);
}

const validators = new Map<string, ValidateFunction>();

/** What Kubernetes has against a manifest. */
export function faultsOf(manifest: Manifest): string[] {
  const group = manifest.apiVersion.split('/').map((part) => part.split('.')[0]);
  const name = [manifest.kind.toLowerCase(), ...group].join('-');
  const validate = validators.get(name) ?? compile(name);
  validators.set(name, validate);
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${name} ${instancePath}: ${message}`);
}

function compile(name: string): ValidateFunction {
  const folder = path.join(wheelFolder(SCHEMAS, TOOLS_FOLDER), KUBERNETES);
  const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(read('_definitions.json'), '_definitions.json');
  return ajv.compile(read(`${name}.json`));
}
