import { runCli } from './program';

// The task types take their time to load, and neither a version nor a wrong argument needs them.
void runCli(process.argv.slice(2), async (config) => (await import('../app/load-app')).loadDefinition(config));
