import path from 'node:path';
import { appFile } from '../app/load-app';
import type { Config } from '../config';
import { demoCommands } from './demo-commands';

interface AppOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  print: (line: string) => void;
  /** For mails, when the settings name no server. */
  mailServer: string | undefined;
}

/** The environment of the application: the person's own, with what an embedded start adds where they said nothing. */
export async function appEnvironment({ config, env, print, mailServer }: AppOptions): Promise<NodeJS.ProcessEnv> {
  const own: NodeJS.ProcessEnv = { ...env };
  if (!env.HOLDFAST_COMMANDS && appFile(config) === undefined) {
    const commands = await demoCommands(env);
    own.HOLDFAST_COMMANDS = JSON.stringify(commands);
    print(`HOLDFAST_COMMANDS is not set: command.run may start ${Object.keys(commands).join(', ')}, to try it.`);
  }
  // Without these the C library keeps what the start took: with a fresh home, seventy megabytes.
  own.MALLOC_ARENA_MAX ??= '2';
  own.MALLOC_TRIM_THRESHOLD_ ??= '131072';
  if (mailServer) own.HOLDFAST_SMTP_URL = mailServer;
  if (!config.externalTemporal) {
    // The development server allows a hundred.
    own.HOLDFAST_VISIBILITY_RATE ??= '80';
    // A person's settings for another Temporal must not mix with the address of this one.
    for (const name of Object.keys(own)) if (name.startsWith('TEMPORAL_')) delete own[name];
    own.HOLDFAST_TEMPORAL_UI ??= `http://127.0.0.1:${config.HOLDFAST_UI_PORT}`;
    own.TEMPORAL_ADDRESS = `127.0.0.1:${config.HOLDFAST_TEMPORAL_PORT}`;
    own.TEMPORAL_CONFIG_FILE = path.join(config.HOLDFAST_HOME, 'temporal.toml');
  }
  return own;
}
