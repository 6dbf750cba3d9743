import type { Editor } from '@tiptap/core'

/** How large a table is to be. */
export interface TableSize {
  readonly columns: number
  readonly rows: number
}

/** A size that is being typed behind the name of a table, as in "table 4x6"; null while it is not whole. */
export const typedSize = (
  query: string,
): { readonly name: string; readonly size: TableSize | null } | null => {
  const found = /^(\S.*?)\s+(\d{1,3})(?:\s*[x×*]\s*(\d{1,3})?)?\s*$/i.exec(query)
  if (found === null) return null
  const [, name = '', columns, rows] = found
  const size = { columns: Number(columns), rows: Number(rows) }
  return { name, size: size.columns >= 1 && size.rows >= 1 ? size : null }
}

/** Puts a table of that size where the caret is, as far as tables go; its first row is a header. */
export const insertTableOf = (editor: Editor, { columns, rows }: TableSize): void =>
  void editor.chain().insertTable({ rows, cols: columns, withHeaderRow: true }).run()
