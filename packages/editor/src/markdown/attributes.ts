/** Attributes as a directive writes them: `{align=center alt="a cat"}`. Nothing at all when there are none. */
export const writeAttributes = (attributes: Readonly<Record<string, unknown>>): string => {
  const written = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === null || value === undefined || value === '') return []
    const text = Array.isArray(value) ? value.join(',') : String(value as string | number | boolean)
    return [`${key}=${/^[\w.,/:-]+$/.test(text) ? text : quoted(text)}`]
  })
  return written.length === 0 ? '' : `{${written.join(' ')}}`
}

const quoted = (text: string): string =>
  `"${text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('}', '&#125;')
    .replaceAll('{', '&#123;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')}"`

/** The attributes in what `writeAttributes` wrote, and in HTML tags. Values are text. */
export const readAttributes = (text: string): Map<string, string> =>
  new Map(
    Array.from(text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'{}<>]+)))?/g), (found) => [
      (found[1] ?? '').toLowerCase(),
      entities(found[2] ?? found[3] ?? found[4] ?? ''),
    ]),
  )

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  deg: '°',
  times: '×',
  euro: '€',
  rarr: '→',
  larr: '←',
}

/** Text with its character references read. One that is unknown stays as it is written. */
export const entities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole
    const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
      ? String.fromCodePoint(code)
      : '\ufffd'
  })
