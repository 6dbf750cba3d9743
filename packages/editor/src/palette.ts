/** The names of the colours that text, its background and a cell may have. What they look like is the theme's. */
export const palette = [
  'gray',
  'brown',
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
] as const

/** One of those names. */
export type Color = (typeof palette)[number]

/** The name if it is one of the palette, else null. */
export const colorOf = (value: unknown): Color | null => palette.find((name) => name === value) ?? null
