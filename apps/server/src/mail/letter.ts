/** A mail as people read it: some sentences, and one address to go to. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly lines: readonly string[]
  /** What the address is for, and the address. */
  readonly link: { readonly label: string; readonly address: string }
  /** Why they got it. */
  readonly foot: string
}

/** The mail as plain text. */
export const plainOf = ({ lines, link, foot }: Letter): string =>
  [...lines, `${link.label}:\n${link.address}`, `-- \n${foot}`].join('\n\n') + '\n'

/** The mail as a page without pictures, fonts or anything else that is fetched. */
export const pageOf = ({ subject, lines, link, foot }: Letter): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="color-scheme" content="light dark"><title>${safe(subject)}</title></head>`,
    '<body style="font:16px/1.5 sans-serif;max-width:36em;margin:2em auto;padding:0 1em">',
    ...lines.map((line) => `<p>${safe(line)}</p>`),
    `<p><a href="${safe(link.address)}" style="display:inline-block;padding:.6em 1.2em;border:1px solid;`,
    `border-radius:6px">${safe(link.label)}</a></p>`,
    `<p style="font-size:13px;word-break:break-all">${safe(link.address)}</p>`,
    `<p style="font-size:13px;opacity:.7">${safe(foot)}</p></body></html>`,
  ].join('\n')

const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
