/** The twelve colours of people: for light pages, where white text is readable on them, and for dark ones. */
export const hues = [
  { light: '#d63236', dark: '#ff8e86' },
  { light: '#b85500', dark: '#fd9353' },
  { light: '#9a6804', dark: '#e7a126' },
  { light: '#767602', dark: '#b3b42b' },
  { light: '#038422', dark: '#66c26c' },
  { light: '#04816b', dark: '#04c5a4' },
  { light: '#037e89', dark: '#04c1d0' },
  { light: '#017aaa', dark: '#26bafd' },
  { light: '#2c6be7', dark: '#83afff' },
  { light: '#8455df', dark: '#b9a0ff' },
  { light: '#b143b9', dark: '#e491e9' },
  { light: '#cc3380', dark: '#fe89ba' },
] as const

/** The colour that presence carries for a hue. */
export const colorOf = (hue: number): string => hues[hue]?.light ?? hues[0].light

/** The hue of a colour that presence carried, or null when it is not one of ours. */
export const hueOf = (color: unknown): number | null => {
  const found = hues.findIndex(({ light, dark }) => color === light || color === dark)
  return found < 0 ? null : found
}

/** The hue of somebody who has chosen none: always the same for the same identity (FNV-1a). */
export const hueFor = (identity: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < identity.length; i++) hash = Math.imul(hash ^ identity.charCodeAt(i), 0x01000193) >>> 0
  return hash % hues.length
}

/**
 * Who shows which hue in one document, the same on every page: in order of their lowest client ids, each takes
 * the wanted hue, or the next one that is free. Beyond twelve people hues repeat.
 */
export const shareHues = (
  people: readonly { readonly identity: string; readonly first: number; readonly wants: number }[],
): Map<string, number> => {
  const given = new Map<string, number>()
  const taken = new Set<number>()
  for (const { identity, wants } of people.toSorted((a, b) => a.first - b.first)) {
    let hue = wants
    while (taken.size < hues.length && taken.has(hue)) hue = (hue + 1) % hues.length
    taken.add(hue)
    given.set(identity, hue)
  }
  return given
}
