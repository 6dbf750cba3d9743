/** Copied text may be so long, in characters: what is longer is better imported as a file. */
const longest = 2_000_000
/** So many tags at most are read: more would hold up the page for longer than a person waits for a key. */
const mostTags = 40_000
/** From so many tags on it comes in pieces: fewer are there before anybody waits. */
const manyTags = 600
/** Text of so many lines, or letters, comes in pieces too; of more lines than `mostLines` it does not come. */
const manyLines = 300
const manyLetters = 100_000
const mostLines = 20_000
/** Elements may be nested so deep. Nobody's text is, and a browser needs a stack for each. */
const deepest = 200

/** What may be done with copied HTML before anything of it has been read. */
export type Bound = 'fits' | 'long' | 'too large' | 'too deep'

// elements that end by themselves when the next one of their kind begins, or that hold nothing
const flat = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option colgroup'.split(
    ' ',
  ),
)

/** HTML without what it carries within itself: pictures are most of what an office program copies. */
export const withoutData = (html: string): string => html.replace(/(["'])data:[^"']{1000,}\1/gi, '$1$1')

/** True for HTML that carries pictures within itself. */
export const carriesPictures = (html: string): boolean =>
  /<img\b[^>]{0,2000}?\bsrc=["']data:image\/(?:png|jpeg|gif|webp|avif);base64,/i.test(html)

/** Looks at the tags alone, in time that grows with the length and no faster. */
export const boundOf = (html: string): Bound => {
  if (html.length > longest) return 'too large'
  let tags = 0
  let depth = 0
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    const closes = html.charCodeAt(at + 1) === 47
    const start = at + (closes ? 2 : 1)
    let end = start
    while (end < start + 20 && (end === start ? /[a-z]/i : /[a-z0-9]/i).test(html[end] ?? '')) end++
    if (end === start) continue
    if (++tags > mostTags) return 'too large'
    const name = html.slice(start, end).toLowerCase()
    if (flat.has(name)) continue
    depth = closes ? Math.max(depth - 1, 0) : depth + 1
    if (depth > deepest) return 'too deep'
  }
  return tags > manyTags || html.length > 3 * manyLetters ? 'long' : 'fits'
}

/** What may be done with copied text. In code it is one piece, however many lines it has. */
export const boundOfText = (text: string, isCode: boolean): Exclude<Bound, 'too deep'> => {
  if (text.length > longest) return 'too large'
  if (isCode) return 'fits'
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0 && lines <= mostLines; at = text.indexOf('\n', at + 1)) lines++
  return lines > mostLines ? 'too large' : lines > manyLines || text.length > manyLetters ? 'long' : 'fits'
}

/** A length for people. */
export const sizeOf = (text: string): string =>
  text.length < 1_000_000
    ? `${Math.ceil(text.length / 1_000)} kB`
    : `${(text.length / 1_000_000).toFixed(1)} MB`
