/** Secrets of fewer bytes are not looked for in base64 and hexadecimal: three letters stand everywhere. */
const SHORTEST_ENCODED = 4;
/** Shorter lines of a secret with several lines say nothing by themselves. */
const SHORTEST_LINE = 8;

/** What a secret may look like in an output. */
export interface SecretForms {
  /** As it is, and escaped for JSON, HTML and addresses. */
  plain: string[];
  /** What may be broken into lines: base64, base64url and hexadecimal digits. */
  encoded: string[];
}

/** All forms of these secrets; of one with several lines also those of each longer line. */
export function formsOf(secrets: readonly string[]): SecretForms {
  const texts = unique(secrets.flatMap((secret) => [secret, ...linesOf(secret)])).filter(Boolean);
  return { plain: unique(texts.flatMap(plainForms)), encoded: unique(texts.flatMap(encodedForms)) };
}

function linesOf(secret: string): string[] {
  return secret.split(/[\r\n]+/).filter((line, _index, lines) => lines.length > 1 && line.length >= SHORTEST_LINE);
}

function plainForms(secret: string): string[] {
  const json = jsonForms(secret);
  const percent = percentForms(secret);
  return [
    secret,
    secret.replace(/\r?\n/g, '\r\n'),
    ...json,
    // JSON in JSON, and an address in an address.
    ...json.flatMap(jsonForms),
    ...percent,
    ...percentForms(encodeURIComponent(secret)),
    ...htmlForms(secret),
  ];
}

function jsonForms(secret: string): string[] {
  const text = JSON.stringify(secret).slice(1, -1);
  const ascii = (form: (digits: string) => string) =>
    text.replace(/[^\x20-\x7e]/g, (one) => `\\u${form(one.charCodeAt(0).toString(16).padStart(4, '0'))}`);
  const forms = [text, ascii((digits) => digits), ascii((digits) => digits.toUpperCase())];
  return [...forms, ...forms.map((form) => form.replaceAll('/', '\\/'))];
}

/** By what is left as it is: encodeURIComponent, RFC 3986, Python's `quote`, forms, a query, a path, nothing. */
const UNESCAPED = [
  /[\w.~!*'()-]/,
  /[\w.~-]/,
  /[\w.~/-]/,
  /[\w.*-]/,
  /[!-~](?<!["#<>'])/,
  /[!-~](?<!["#<>?^`{}])/,
  /[^\s\S]/,
];

function percentForms(secret: string): string[] {
  const bytes = [...Buffer.from(secret)];
  return UNESCAPED.flatMap((unescaped) => {
    const text = bytes
      .map((byte) => {
        const one = String.fromCharCode(byte);
        return byte < 0x80 && unescaped.test(one) ? one : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
      })
      .join('');
    const forms = [text, text.replace(/%../g, (one) => one.toLowerCase())];
    return [...forms, ...forms.map((form) => form.replaceAll('%20', '+'))];
  });
}

const ENTITIES = [
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#x27;' },
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '"', "'": "'" },
] as const;

function htmlForms(secret: string): string[] {
  return ENTITIES.map((entities) => secret.replace(/[&<>"']/g, (one) => entities[one as keyof typeof entities]));
}

function encodedForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST_ENCODED) return [];
  const base64 = [0, 1, 2].map((before) => base64Within(bytes, before));
  const hex = bytes.toString('hex');
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...base64, ...url, hex, hex.toUpperCase()];
}

/** The digits that depend on the secret alone where it stands behind so many bytes of a group of three. */
function base64Within(secret: Buffer, before: number): string {
  const digits = Buffer.concat([Buffer.alloc(before), secret]).toString('base64');
  return digits.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
