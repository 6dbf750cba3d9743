/** How two orders of things are compared. */
export interface Comparison<A, B> {
  readonly same: (a: A, b: B) => boolean
  /** Equal for an `a` and a `b` that are the same wherever they stand; null where only the place tells. */
  readonly key: (thing: A | B) => unknown
  /** Equal for what may be the same, wherever it stands: quickly told, and looked at closely by `same`. */
  readonly looks: (thing: A | B) => string | null
  /** True if `a` can become `b`. */
  readonly fits: (a: A, b: B) => boolean
}

/**
 * For each of `to` the one of `from` that it is or that can become it, else null. The order is kept, and none of
 * `from` is given twice: first what is the same at both ends, then what is the same in between or says the same,
 * then what fits.
 */
export const pairs = <A, B>(from: readonly A[], to: readonly B[], how: Comparison<A, B>): (A | null)[] => {
  const found: (number | null)[] = to.map(() => null)
  const most = Math.min(from.length, to.length)
  const alike = (i: number, j: number): boolean => {
    const [a, b] = [from[i], to[j]]
    return a !== undefined && b !== undefined && how.same(a, b)
  }
  let head = 0
  while (head < most && alike(head, head)) found[head] = head++
  let tail = 0
  while (tail < most - head && alike(from.length - 1 - tail, to.length - 1 - tail)) {
    tail++
    found[to.length - tail] = from.length - tail
  }
  const places = new Map<unknown, number>()
  for (let j = head; j < to.length - tail; j++) {
    const key = how.key(to[j] as B) // within its length
    if (key !== null && !places.has(key)) places.set(key, j)
  }
  const known = from.slice(head, from.length - tail).map((a) => places.get(how.key(a)))
  const taken = new Set(known)
  // a browser may have made anew what it moved: then what it says tells
  const waiting = new Map<string, number[]>()
  for (let j = head; j < to.length - tail; j++) {
    const look = taken.has(j) ? null : how.looks(to[j] as B) // within its length
    if (look !== null) waiting.set(look, [...(waiting.get(look) ?? []), j])
  }
  const moved = known.flatMap((j, at) => {
    const i = head + at
    if (j !== undefined) return [{ i, j }]
    const look = waiting.size === 0 ? null : how.looks(from[i] as A)
    const alikes = look === null ? [] : (waiting.get(look) ?? [])
    const nth = alikes.findIndex((place) => alike(i, place))
    return nth < 0 ? [] : alikes.splice(nth, 1).map((place) => ({ i, j: place }))
  })
  for (const { i, j } of rising(moved)) found[j] = i
  const ends = found.map(() => from.length - tail) // where the next one that is already found stands
  for (let j = to.length - tail - 2; j >= head; j--) ends[j] = found[j + 1] ?? ends[j + 1] ?? 0
  let i = head
  for (let j = head; j < to.length - tail; j++) {
    const already = found[j] ?? null
    if (already !== null) {
      i = already + 1
      continue
    }
    for (let k = i; k < (ends[j] ?? 0); k++) {
      const [a, b] = [from[k], to[j]]
      if (a === undefined || b === undefined || !how.fits(a, b)) continue
      found[j] = k
      i = k + 1
      break
    }
  }
  return found.map((place) => (place === null ? null : (from[place] ?? null)))
}

interface Move {
  readonly i: number
  readonly j: number
}

/** The most of these, in order of `i`, whose `j` rise. */
const rising = (moves: readonly Move[]): Move[] => {
  const before: number[] = []
  const ends: number[] = []
  moves.forEach(({ j }, at) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((moves[ends[middle] ?? 0]?.j ?? 0) < j) low = middle + 1
      else high = middle
    }
    before[at] = ends[low - 1] ?? -1
    ends[low] = at
  })
  const found: Move[] = []
  for (let at = ends.at(-1) ?? -1; at !== -1; at = before[at] ?? -1) {
    const move = moves[at]
    if (move !== undefined) found.push(move)
  }
  return found.toReversed()
}
