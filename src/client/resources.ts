import type { ArtifactStore } from '../artifacts/store';
import { Contracts } from './contracts';
import { Visibility } from './diagnosis/visibility';
import { Cursors } from './list/list-cursor';
import type { TaskClientOptions } from './options';
import { TaskReader } from './read/reader';
import { Succession } from './submit/succession';
import { Gateway } from './temporal/gateway';
import { Retention } from './temporal/retention';

const DEADLINE_SECONDS = 4;

/** What the parts of a client share. */
export interface Resources {
  gateway: Gateway;
  visibility: Visibility;
  reader: TaskReader;
  succession: Succession;
  retention: Retention;
  artifacts: ArtifactStore;
  contracts: Contracts;
}

export function resourcesOf(options: TaskClientOptions): Resources {
  const { client, artifacts, deadline = DEADLINE_SECONDS, publicUrl } = options;
  const gateway = new Gateway(client, deadline, new Cursors(artifacts.entries), publicUrl);
  return {
    gateway,
    visibility: new Visibility(gateway),
    reader: new TaskReader(gateway, artifacts),
    succession: new Succession(artifacts),
    retention: new Retention(gateway),
    artifacts,
    contracts: new Contracts(options.contracts, options.categories, options.absent),
  };
}
