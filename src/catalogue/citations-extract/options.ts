import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config';
import type { AbsentType } from '../../tasks/contract';
import { CITATIONS_EXTRACT } from './contract';
import type { CitationSettings } from './handler';

/** What the settings say of citations.extract, for the worker. */
export function citationSettings(config: Config): CitationSettings {
  const url = config.HOLDFAST_COURTLISTENER_URL;
  return {
    python: pythonOf(config),
    urlHosts: config.HOLDFAST_URL_HOSTS,
    ...(url && {
      courtListener: {
        url,
        token: config.HOLDFAST_COURTLISTENER_TOKEN,
        perMinute: config.HOLDFAST_COURTLISTENER_RATE,
      },
    }),
  };
}

/** Task types that cannot work here for want of something that set-up makes, and why. API and worker ask alike. */
export function absentTypes(config: Config): AbsentType[] {
  const python = pythonOf(config);
  if (existsSync(python)) return [];
  const reason = `There is no Python environment at ${python}${setUpReason(config)}. Run npm run build with Python 3.10 or newer and pip, or set HOLDFAST_PYTHON; then start again.`;
  return [{ type: CITATIONS_EXTRACT, reason }];
}

function pythonOf(config: Config): string {
  return config.HOLDFAST_PYTHON ?? path.join(environment(config), 'bin', 'python');
}

/** Set-up writes down why it could not make the environment. */
function setUpReason(config: Config): string {
  if (config.HOLDFAST_PYTHON) return '';
  try {
    return ` (set-up said: ${readFileSync(`${environment(config)}.missing`, 'utf8').trim()})`;
  } catch {
    return '';
  }
}

function environment({ HOLDFAST_HOME: home }: Config): string {
  return path.join(home, 'tools', 'citations');
}
