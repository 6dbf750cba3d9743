/** What can be found by typing. */
export interface Findable {
  readonly name: string
  readonly label: string
  /** Other words for it, apart by spaces. */
  readonly aliases?: string
}

/** Without accents and case: "Überschrift" is found by "uber". */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()

const isSubsequence = (query: string, text: string): boolean => {
  let at = 0
  for (const letter of text) if (letter === query[at]) at++
  return at === query.length
}

/** How well something matches what was typed: 0 is best, null not at all. */
const rankOf = ({ label, aliases = '' }: Findable, query: string): number | null => {
  const wanted = plain(query).trim()
  const name = plain(label)
  if (wanted === '' || name.startsWith(wanted)) return 0
  const others = plain(aliases).split(' ')
  if (others.some((alias) => alias.startsWith(wanted))) return 1
  if (name.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return 2
  return wanted.length > 1 && isSubsequence(wanted.replaceAll(' ', ''), name) ? 3 : null
}

/**
 * What matches, the best first: the beginning of the name, of another word for it, of a word in it, then its
 * letters in order. What is equally good is ordered by how often it was used, then as given.
 */
export const ranked = <T extends Findable>(
  items: readonly T[],
  query: string,
  uses: ReadonlyMap<string, number> = new Map(),
): T[] =>
  items
    .map((item, at) => ({ item, at, rank: rankOf(item, query), used: uses.get(item.name) ?? 0 }))
    .filter(({ rank }) => rank !== null)
    .toSorted(
      (a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (plain(query) === '' ? 0 : b.used - a.used) || a.at - b.at,
    )
    .map(({ item }) => item)
