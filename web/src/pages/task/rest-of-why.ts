/** What of a why is not in the failure's message, which stands right above it; empty when nothing is. */
export function restOfWhy(why: string, failure: string): string {
  const message = failure.replace(/\.$/, '');
  if (message === '') return why;
  if (why.startsWith(message)) {
    const rest = why.slice(message.length);
    // Only whole sentences and clauses are cut off: `No worker` is not said by `No worker serves the queue`.
    return /^[.;,]|^$/.test(rest) ? beginning(rest.replace(/^[.;,]?\s*/, '')) : why;
  }
  const last = why.lastIndexOf('; last error: ');
  return last > 0 && why.slice(last).replace(/\.$/, '').endsWith(`: ${message}`) ? why.slice(0, last) : why;
}

function beginning(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
