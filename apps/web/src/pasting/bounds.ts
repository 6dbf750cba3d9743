/** Copied text may be so long, in characters: what is longer is better imported as a file. */
const longest = 2_000_000
/** So many tags at most are read: more would hold up the page for longer than a person waits for a key. */
const mostTags = 40_000
/** Elements may be nested so deep. Nobody's text is, and a browser needs a stack for each. */
const deepest = 200

/** What may be done with copied HTML before anything of it has been read. */
export type Bound = 'fits' | 'too large' | 'too deep'

// elements that end by themselves when the next one of their kind begins, or that hold nothing
const flat = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option colgroup'.split(
    ' ',
  ),
)

/** HTML without the pictures that it carries within itself: they are most of what an office program copies. */
export const withoutData = (html: string): string => html.replace(/(["'])data:[^"']{1000,}\1/gi, '$1$1')

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
  return 'fits'
}

/** True for text that may be pasted as it is. */
export const isShort = (text: string): boolean => text.length <= longest

/** A length for people. */
export const sizeOf = (text: string): string =>
  text.length < 1_000_000
    ? `${Math.ceil(text.length / 1_000)} kB`
    : `${(text.length / 1_000_000).toFixed(1)} MB`
