import Mustache from 'mustache';

/** Characters that one rendered text may have, and values that may be looked up for it. */
const MAX_RENDERED = 1024 * 1024;
const MAX_STEPS = 100_000;

/** A fault of the template or of its values, for the person who wrote them. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  /** @param field Which of the texts it is about. */
  constructor(
    message: string,
    readonly field?: keyof Contents,
  ) {
    super(message);
  }
}

/** What a reader sees of a message. */
interface Contents {
  subject: string;
  text?: string | undefined;
  html?: string | undefined;
}

/** Subject, text and HTML as they are sent: with values they are templates, of which HTML escapes the values. */
export function contentsOf({ subject, text, html, values }: Contents & { values?: object | undefined }): Contents {
  if (!values) return { subject, text, html };
  const fill = (field: keyof Contents, template: string) => {
    try {
      return renderTemplate(template, values, field === 'html' ? 'html' : 'none');
    } catch (error) {
      throw error instanceof TemplateError ? new TemplateError(error.message, field) : error;
    }
  };
  return {
    subject: fill('subject', subject),
    text: text === undefined ? undefined : fill('text', text),
    html: html === undefined ? undefined : fill('html', html),
  };
}

/**
 * Fills a Mustache template: `{{name}}` is replaced by a value, `{{#list}}…{{/list}}` repeats or leaves out,
 * `{{^list}}…{{/list}}` is its opposite. Nothing in a template can run code or read anything but the values.
 * @param escaping Makes a value fit for where it goes: `html` for markup, `none` for plain text.
 * @throws TemplateError For a name without a value, a value that is no text, and syntax that is none.
 */
function renderTemplate(template: string, values: object, escaping: 'html' | 'none'): string {
  // One writer for each text: it keeps every template that it has seen.
  const writer = new StrictWriter();
  const steps = { left: MAX_STEPS };
  try {
    const context = new StrictContext(values, undefined, steps);
    return writer.render(template, context, refusePartial, escaping === 'none' ? { escape: String } : undefined);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`is not a template: ${(error as Error).message}`);
  }
}

/** Looks names up among own fields only: `constructor` is a name like any other. */
class StrictContext extends Mustache.Context {
  constructor(
    view: unknown,
    private readonly outer: StrictContext | undefined,
    private readonly steps: { left: number },
  ) {
    super(view, outer);
  }

  override push(view: unknown): StrictContext {
    this.count();
    return new StrictContext(view, this, this.steps);
  }

  override lookup(name: string): unknown {
    this.count();
    if (name === '.') return this.view;
    const [first = '', ...rest] = name.split('.');
    let holder: StrictContext | undefined = this;
    while (holder && !hasOwn(holder.view, first)) holder = holder.outer;
    let value: unknown = holder?.view;
    for (const part of [first, ...rest]) {
      if (!hasOwn(value, part)) throw new TemplateError(`names {{${name}}}, which the values do not have`);
      value = (value as Record<string, unknown>)[part];
    }
    return value;
  }

  private count(): void {
    if (--this.steps.left < 0) throw new TemplateError(`takes more than ${MAX_STEPS} steps`);
  }
}

class StrictWriter extends Mustache.Writer {
  private written = 0;

  override rawValue(token: string[]): string {
    return this.counted(super.rawValue(token));
  }

  override escapedValue(token: string[], context: Mustache.Context, config?: Mustache.RenderOptions): string {
    checkPlain(token[1], context);
    return this.counted(super.escapedValue(token, context, config));
  }

  override unescapedValue(token: string[], context: Mustache.Context): string {
    checkPlain(token[1], context);
    return this.counted(super.unescapedValue(token, context));
  }

  private counted(text: string | undefined): string {
    this.written += String(text ?? '').length;
    if (this.written > MAX_RENDERED) throw new TemplateError(`makes more than ${MAX_RENDERED} characters`);
    return text ?? '';
  }
}

function checkPlain(name = '', context: Mustache.Context): void {
  const value: unknown = context.lookup(name);
  if (typeof value === 'object' && value !== null) {
    throw new TemplateError(`shows {{${name}}}, which is a list or an object: name a field of it, or loop over it`);
  }
}

function refusePartial(name: string): never {
  throw new TemplateError(`includes {{>${name}}}: there are no partial templates`);
}

function hasOwn(holder: unknown, name: string): boolean {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name);
}
