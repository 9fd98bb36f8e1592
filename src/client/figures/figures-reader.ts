import type { Resources } from '../resources';
import { type Age, Recent } from '../submit/recent';
import { type Figures, readFigures } from './figures';

/** The figures of some hours, a few seconds old at most. */
export class FiguresReader {
  private readonly recent = new Recent<Figures>();

  constructor(private readonly resources: Resources) {}

  async read(hours: number): Promise<Figures & Age> {
    const { gateway, visibility, contracts } = this.resources;
    const types = contracts.types();
    return this.recent.read(String(hours), () => readFigures(gateway, visibility, { types, hours }));
  }
}
