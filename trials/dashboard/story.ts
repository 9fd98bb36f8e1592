import type { Locator, Page } from 'playwright-core';
import type { Camera } from './camera';

/** What a person does with the mouse and sees: told in Markdown, with pictures and the number of clicks. */
export class Story {
  private clicks = 0;
  private pictures = 0;
  private readonly lines: string[] = [];

  constructor(
    readonly page: Page,
    private readonly camera: Camera,
    private readonly heading: string,
    private readonly name: string,
    /** Of the folder of pictures, from the page of documentation. */
    private readonly folder: string,
  ) {}

  say(text: string): void {
    this.lines.push('', text);
  }

  async click(what: Locator, text: string): Promise<void> {
    await what.click();
    this.count(text);
  }

  /** A file is dragged onto a place of the page. */
  async drop(what: Locator, file: { name: string; type: string; base64: string }, text: string): Promise<void> {
    const data = await this.page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(file.base64)}), (one) => one.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], ${JSON.stringify(file.name)}, { type: ${JSON.stringify(file.type)} }));
      return transfer;
    })()`);
    await what.dispatchEvent('drop', { dataTransfer: data });
    this.count(text);
  }

  async look(alt: string): Promise<void> {
    const name = `${this.name}-${++this.pictures}`;
    await this.camera.take(this.page, name);
    this.lines.push('', `![${alt}](${this.folder}/${name}.png)`, '');
  }

  get told(): string {
    const clicks = `**${this.clicks} ${this.clicks === 1 ? 'click' : 'clicks'}.**`;
    return [`## ${this.heading}`, ...this.lines, '', clicks, ''].join('\n').replace(/\n{3,}/g, '\n\n');
  }

  private count(text: string): void {
    this.clicks++;
    if (!this.lines.at(-1)?.startsWith('- ')) this.lines.push('');
    this.lines.push(`- ${text}`);
  }
}
