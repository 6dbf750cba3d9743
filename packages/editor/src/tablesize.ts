import type { Node } from '@tiptap/pm/model'

/** No table is wider. A wider one is shown closed. */
export const mostTableColumns = 200
const mostRowSpan = 1_000
const widest = 4_000

/** How a cell's lines can stand. */
export const cellAligns = ['left', 'center', 'right'] as const

/** A span as it is written in HTML, within bounds. */
export const spanOf = (text: string | null): number => {
  const span = Number(text)
  return isSpan(span) ? span : 1
}

/** True for how many columns or rows a cell may span. */
export const isSpan = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostTableColumns

/** True for the stored widths of a cell's columns. */
export const isWidths = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= mostTableColumns &&
  value.every((width) => Number.isInteger(width) && width >= 0 && width <= widest)

/** The widths as they are written in HTML, one for each column that the cell spans; null if they are none. */
export const widthsOf = (text: string | null, span: number): number[] | null => {
  if (text === null || text === '') return null
  const widths = text.split(',').map(Number)
  return isWidths(widths) && widths.length === span ? widths : null
}

/** True if a table is small enough to be laid out: it takes time and room by its width times its height. */
export const tableFits = (table: Node): boolean => {
  // how many more rows each column is taken by a cell from above
  const taken = new Uint16Array(mostTableColumns)
  for (let i = 0; i < table.childCount; i++) {
    let column = 0
    const row = table.child(i)
    const fresh: [number, number, number][] = []
    for (let j = 0; j < row.childCount; j++) {
      const { attrs } = row.child(j)
      const [wide, high] = [Number(attrs['colspan']), Math.min(Number(attrs['rowspan']), mostRowSpan)]
      while (column < mostTableColumns && (taken[column] ?? 0) > 0) column++
      if (column + wide > mostTableColumns) return false
      fresh.push([column, wide, high])
      column += wide
    }
    for (let c = 0; c < mostTableColumns; c++) if ((taken[c] ?? 0) > 0) taken[c] = (taken[c] ?? 1) - 1
    for (const [at, wide, high] of fresh)
      for (let c = at; c < at + wide; c++) taken[c] = Math.max(taken[c] ?? 0, high - 1)
  }
  return true
}
