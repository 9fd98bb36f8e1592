import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '..', '..');
export const COMPOSE_FOLDER = path.join(ROOT, 'deploy', 'compose');

interface ComposeFile {
  services: Record<string, { environment?: Record<string, string> }>;
}

/** The environment that docker-compose.yml gives a service, with `${NAME:-default}` and `${NAME:?…}` filled in. */
export function composeEnvironment(service: string, values: Record<string, string>): Record<string, string> {
  const { services } = parse(readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8')) as ComposeFile;
  const { environment = {} } = services[service] ?? {};
  const filled = (text: string) =>
    text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = '') => {
      const value = values[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`docker-compose.yml needs ${name} for ${service}.`);
      return value;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(String(value))]));
}
