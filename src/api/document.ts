import { writeFileSync } from 'node:fs';
import { Client } from '@temporalio/client';
import { App } from '../app/app';
import { stockApp } from '../app/stock';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import { lazyConnection } from '../client/temporal/connect';
import { readConfig } from '../config';
import { createLogger } from '../logging';
import { createDocument } from './app';

/** Writes the API's OpenAPI document to a file, without a server: `node dist/api/document.js FILE`. */
const [file = 'openapi.json'] = process.argv.slice(2);
const config = readConfig({});
const { contracts } = new App(stockApp, config);
const artifacts = openArtifactStore(config);
// Nothing is asked of it, so that it never connects.
const client = new Client({ connection: lazyConnection({ address: '127.0.0.1:1' }) });
const document = createDocument({
  tasks: new TaskClient({ client, contracts, artifacts }),
  contracts,
  artifacts,
  logger: createLogger('silent', 'document'),
  maxUploadBytes: config.HOLDFAST_MAX_UPLOAD_BYTES,
});
writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
process.exit(0);
