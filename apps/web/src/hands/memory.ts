/** What this browser remembers of how it is used. Where it keeps nothing, everything works without. */
export const remembered = (key: string): unknown => {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

/** Remembers it, if this browser does. */
export const remember = (key: string, value: unknown): void => {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // a browser that keeps nothing, or is full: nothing depends on it
  }
}

/** How often each of these was used, the last one first. */
type Uses = readonly (readonly [name: string, times: number])[]

const most = 40

/** How often what was used, by this browser. Total: whatever is stored gives an answer. */
export const usesOf = (key: string): Uses => {
  const kept = remembered(key)
  return Array.isArray(kept)
    ? kept.flatMap((entry: unknown) => {
        const [name, times] = Array.isArray(entry) ? (entry as unknown[]) : []
        return typeof name === 'string' && typeof times === 'number' ? [[name, times] as const] : []
      })
    : []
}

/** Counts one more use. */
export const countUse = (key: string, name: string): void => {
  const before = usesOf(key)
  const times = before.find(([each]) => each === name)?.[1] ?? 0
  remember(key, [[name, times + 1], ...before.filter(([each]) => each !== name)].slice(0, most))
}
