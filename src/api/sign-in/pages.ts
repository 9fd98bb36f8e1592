import { createHash } from 'node:crypto';
import type { Answer } from '../routing/route';

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

export interface Link {
  to: string;
  text: string;
}

/**
 * Goes on by itself, from a page of our own: what another site has led here is asked for without strict cookies, and so
 * is what a redirect leads to from here.
 */
export function goingOn(to: string): Answer {
  const address = escaped(to);
  const head = `<meta http-equiv="refresh" content="0;url=${address}">`;
  return page(200, 'Signed in', `<p>You are signed in. <a href="${address}">Go on</a></p>`, head);
}

/** Why nobody is signed in, and what to do. */
export function refusal(status: number, message: string, links: readonly Link[], headers: Record<string, string> = {}) {
  const list = links.map(({ to, text }) => `<p><a href="${escaped(to)}">${escaped(text)}</a></p>`).join('');
  const answer = page(status, 'You are not signed in', `<p role="alert">${escaped(message)}</p>${list}`);
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function page(status: number, title: string, content: string, head = ''): Answer {
  const text = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>${content}</main></body></html>`;
  return { status, headers: HEADERS, text };
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? '');
}
