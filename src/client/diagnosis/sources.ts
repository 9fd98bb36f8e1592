import type { ArtifactStore } from '../../artifacts/store';
import type { BreakerView } from '../breakers/breakers';
import type { TaskReader } from '../read/reader';
import type { Gateway } from '../temporal/gateway';
import type { Fleet } from './fleet';
import type { DiagnosisOptions } from './options';
import type { StuckQueries } from './stuck-query';
import type { Visibility } from './visibility';

/** What a diagnosis needs of the tasks' client. */
export interface DiagnosisSources {
  gateway: Gateway;
  reader: TaskReader;
  artifacts: ArtifactStore;
  breakers: () => Promise<BreakerView[]>;
  /** Seconds that the tasks of each type are open at most when all goes well. */
  normalTimes: ReadonlyMap<string, number>;
}

/** What finding causes needs. */
export interface CauseSources {
  visibility: Visibility;
  queries: StuckQueries;
  reader: TaskReader;
  fleet: Fleet;
}

/** What looking at samples needs. */
export interface SampleSources {
  gateway: Gateway;
  reader: TaskReader;
  artifacts: ArtifactStore;
  fleet: Fleet;
  options: DiagnosisOptions;
}
