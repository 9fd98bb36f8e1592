import path from 'node:path';
import { Keys } from '../access/keys';
import { appFile } from '../app/load-app';
import { LocalArtifactStore } from '../artifacts/local/local-store';
import { openArtifactStore } from '../artifacts/open';
import type { Config } from '../config';
import { firstCurl, selfCheck } from './demo';
import { presentTypes } from './present-app';

/** Tells a person what runs where, runs the self-check, and tells where its result lies. */
export async function present(
  config: Config,
  apiUrl: string,
  ended: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  tell(`\n  Dashboard ${apiUrl}/`);
  tell(`  API       ${apiUrl}   (documentation: ${apiUrl}/docs)`);
  if (!config.externalTemporal) {
    tell(`  Web UI    http://127.0.0.1:${config.HOLDFAST_UI_PORT}`);
    tell(`  Temporal  127.0.0.1:${config.HOLDFAST_TEMPORAL_PORT}`);
  }
  tell(`  Logs      ${fromHere(path.join(config.HOLDFAST_HOME, '*.log'))}`);
  // Only the names of the keys are looked at.
  const { entries } = openArtifactStore(config);
  if (await new Keys(entries).exist()) {
    tell('\nThere are API keys, and every call needs one: the self-check is omitted.');
    tell('\nReady. Ctrl-C ends everything.');
    return;
  }
  if (appFile(config) !== undefined) {
    await presentTypes(apiUrl, tell);
    tell('\nReady. Ctrl-C ends everything.');
    return;
  }
  tell(`\nA first task:\n  ${firstCurl(apiUrl)}`);
  tell('\nSelf-check: one image.convert task');
  try {
    const { artifactUrl, hash } = await selfCheck(apiUrl, tell);
    tell(`  ${artifactUrl}`);
    const { artifacts } = config;
    if (artifacts.kind === 'folder') tell(`  ${fromHere(new LocalArtifactStore(artifacts.folder).pathOf(hash))}`);
    tell('\nReady. Ctrl-C ends everything.');
  } catch (error) {
    if (ended.aborted) return;
    tell(`  The self-check failed: ${(error as Error).message}`);
    tell(`  See ${fromHere(path.join(config.HOLDFAST_HOME, 'app.log'))}.`);
  }
}

/** A path as a person would type it here. */
export function fromHere(file: string): string {
  return path.relative(process.cwd(), file);
}
