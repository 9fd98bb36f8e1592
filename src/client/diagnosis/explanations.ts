import type { Breakers } from '../breakers/breakers';
import type { TaskViews } from '../read/task-views';
import type { Resources } from '../resources';
import type { Workforce } from '../workers/workforce';
import { diagnose } from './diagnose';
import type { Diagnosis } from './findings';
import type { DiagnosisOptions } from './options';
import { readWhy, type WhyReport } from './why';

/** Says why tasks are where they are: all that are stuck, or a single one. */
export class Explanations {
  constructor(
    private readonly resources: Resources,
    private readonly views: TaskViews,
    private readonly workforce: Workforce,
    private readonly breakers: Breakers,
  ) {}

  async diagnose(options: DiagnosisOptions): Promise<Diagnosis> {
    const { gateway, reader, artifacts, contracts } = this.resources;
    const breakers = () => this.breakers.list();
    return diagnose({ gateway, reader, artifacts, breakers, normalTimes: contracts.normalTimes() }, options);
  }

  async why(taskId: string): Promise<WhyReport> {
    const { gateway, reader, visibility } = this.resources;
    const facts = await this.views.facts(taskId);
    const [view, asked, knowledge] = await Promise.all([
      this.views.view(facts),
      reader.asked(facts),
      this.workforce.knowledgeOf(facts),
    ]);
    return readWhy({ gateway, reader, breakers: this.breakers, visibility }, { ...facts, asked }, view, knowledge);
  }
}
