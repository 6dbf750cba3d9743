import { Extension } from '@tiptap/core'
import type { CommandProps } from '@tiptap/core'
import { Table, TableCell, TableHeader, TableRow, TableView } from '@tiptap/extension-table'
import type { Node } from '@tiptap/pm/model'
import { Plugin, TextSelection } from '@tiptap/pm/state'
import {
  CellSelection,
  columnResizing,
  deleteColumn,
  deleteRow,
  isInTable,
  selectedRect,
  tableEditing,
} from '@tiptap/pm/tables'
import { insertBlock } from './insert.ts'
import { colorOf } from './palette.ts'
import { cellAligns, mostTableColumns, spanOf, widthsOf } from './tablesize.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    tableOrder: {
      /** Moves the selected rows down by so many places, or up. False where cells that span rows are in the way. */
      moveRow: (delta: number) => ReturnType
      /** Moves the selected columns to the right by so many places, or to the left, as their order counts. */
      moveColumn: (delta: number) => ReturnType
    }
  }
}

/** The order of these with what stands from `start` up to `end` moved by `delta`; null if it would leave. */
const reordered = <T>(all: readonly T[], start: number, end: number, delta: number): T[] | null => {
  if (start + delta < 0 || end + delta > all.length) return null
  const rest = [...all.slice(0, start), ...all.slice(end)]
  rest.splice(start + delta, 0, ...all.slice(start, end))
  return rest
}

const isPlain = (table: Node): boolean =>
  table.children.every(({ children }) =>
    children.every(({ attrs }) => attrs['colspan'] === 1 && attrs['rowspan'] === 1),
  ) && new Set(table.children.map(({ childCount }) => childCount)).size === 1

/** Whole rows keep being themselves when they move, so that what others write in the ones that stay is not touched. */
const move =
  (delta: number, axis: 'row' | 'column') =>
  ({ state, tr, dispatch }: CommandProps): boolean => {
    if (!isInTable(state)) return false
    const rect = selectedRect(state)
    const { table, tableStart, map } = rect
    const [start, end] = axis === 'row' ? [rect.top, rect.bottom] : [rect.left, rect.right]
    if (!isPlain(table)) return false
    const rows =
      axis === 'row'
        ? reordered(table.children, start, end, delta)
        : table.children.map((row) => {
            const cells = reordered(row.children, start, end, delta)
            return cells === null ? null : row.type.create(row.attrs, cells)
          })
    if (rows === null || rows.some((row) => row === null)) return false
    if (dispatch === undefined) return true
    const { selection } = state
    const row = rect.top + (axis === 'row' ? delta : 0)
    const column = rect.left + (axis === 'column' ? delta : 0)
    const before = tableStart + (map.map[rect.top * map.width + rect.left] ?? 0)
    tr.replaceWith(
      tableStart,
      tableStart + table.content.size,
      rows.filter((each) => each !== null),
    )
    const cellAt = (r: number, c: number): number => {
      const now = tr.doc.resolve(tableStart).parent
      let at = tableStart
      for (let i = 0; i < r; i++) at += now.child(i).nodeSize
      at++
      for (let i = 0; i < c; i++) at += now.child(r).child(i).nodeSize
      return at
    }
    const height = rect.bottom - rect.top - 1
    const width = rect.right - rect.left - 1
    if (selection instanceof CellSelection)
      tr.setSelection(CellSelection.create(tr.doc, cellAt(row, column), cellAt(row + height, column + width)))
    else {
      const shift = cellAt(row, column) - before
      const anchor = tr.doc.resolve(selection.anchor + shift)
      tr.setSelection(TextSelection.between(anchor, tr.doc.resolve(selection.head + shift)))
    }
    tr.scrollIntoView()
    return true
  }

/**
 * Tables. What tidies up ragged ones looks only at tables that somebody changes here: it would else also write into
 * what was just opened, or into what others are in the middle of changing.
 */
const OwnTable = Table.extend({
  renderHTML() {
    return ['table', {}, ['tbody', 0]]
  },

  addCommands() {
    const parent = this.parent?.() ?? {}
    const { addColumnAfter, addColumnBefore } = parent
    const bounded =
      (add: NonNullable<typeof addColumnAfter>): typeof add =>
      () =>
      (props) =>
        !(isInTable(props.state) && selectedRect(props.state).map.width >= mostTableColumns) && add()(props)
    return {
      ...parent,
      ...(addColumnAfter === undefined ? {} : { addColumnAfter: bounded(addColumnAfter) }),
      ...(addColumnBefore === undefined ? {} : { addColumnBefore: bounded(addColumnBefore) }),
      insertTable:
        ({ rows = 3, cols = 3, withHeaderRow = true } = {}) =>
        (props) =>
          insertTable(props, rows, cols, withHeaderRow),
      moveRow: (delta) => move(delta, 'row'),
      moveColumn: (delta) => move(delta, 'column'),
    }
  },

  addKeyboardShortcuts() {
    const { editor } = this
    const inTable = (act: () => boolean) => () => isInTable(editor.state) && (act(), true)
    return {
      ...this.parent?.(),
      'Mod-Alt-ArrowUp': inTable(() => editor.commands.moveRow(-1)),
      'Mod-Alt-ArrowDown': inTable(() => editor.commands.moveRow(1)),
      'Mod-Alt-ArrowLeft': inTable(() => editor.commands.moveColumn(-1)),
      'Mod-Alt-ArrowRight': inTable(() => editor.commands.moveColumn(1)),
    }
  },

  addProseMirrorPlugins() {
    const { spec } = tableEditing()
    return [
      columnResizing({ handleWidth: 5, cellMinWidth: 40, defaultCellMinWidth: 40, View: TableView }),
      new Plugin({
        ...spec,
        props: {
          ...spec.props,
          handleKeyDown(view, event) {
            const { selection } = view.state
            // whole rows and columns go, as the same key removes what is selected anywhere else
            if (
              selection instanceof CellSelection &&
              /^(?:Backspace|Delete)$/.test(event.key) &&
              event.altKey
            ) {
              if (selection.isRowSelection()) return deleteRow(view.state, view.dispatch)
              if (selection.isColSelection()) return deleteColumn(view.state, view.dispatch)
            }
            return spec.props?.handleKeyDown?.call(this, view, event) ?? false
          },
        },
        appendTransaction: (transactions, before, state) => {
          const tr = spec.appendTransaction?.(transactions, before, state) ?? null
          const isOwn = transactions.some((each) => each.docChanged && each.getMeta('addToHistory') !== false)
          return tr?.docChanged === true && !isOwn ? null : tr
        },
      }),
    ]
  },
})

const insertTable = (props: CommandProps, rows: number, cols: number, withHeaderRow: boolean): boolean => {
  const { nodes } = props.state.schema
  const [high, wide] = [Math.min(Math.max(rows, 1), 1_000), Math.min(Math.max(cols, 1), mostTableColumns)]
  const cells = (name: string): Node[] =>
    Array.from({ length: wide }, () => nodes[name]?.createAndFill() ?? null).filter((cell) => cell !== null)
  const table = nodes['table']?.create(
    null,
    Array.from({ length: high }, (_, i) =>
      nodes['tableRow']?.create(null, cells(withHeaderRow && i === 0 ? 'tableHeader' : 'tableCell')),
    ).filter((row) => row !== undefined),
  )
  return table !== undefined && insertBlock(props, table)
}

const cell = (tag: 'td' | 'th') => ({
  addAttributes() {
    return {
      colspan: {
        default: 1,
        parseHTML: (element: HTMLElement) => spanOf(element.getAttribute('colspan')),
        renderHTML: ({ colspan }: Record<string, unknown>) => (colspan === 1 ? {} : { colspan }),
      },
      rowspan: {
        default: 1,
        parseHTML: (element: HTMLElement) => spanOf(element.getAttribute('rowspan')),
        renderHTML: ({ rowspan }: Record<string, unknown>) => (rowspan === 1 ? {} : { rowspan }),
      },
      colwidth: {
        default: null,
        parseHTML: (element: HTMLElement) =>
          widthsOf(element.getAttribute('colwidth'), spanOf(element.getAttribute('colspan'))),
        renderHTML: ({ colwidth }: Record<string, unknown>) =>
          Array.isArray(colwidth) ? { colwidth: colwidth.join(',') } : {},
      },
      align: {
        default: null,
        parseHTML: (element: HTMLElement) =>
          cellAligns.find(
            (name) => name === (element.getAttribute('data-align') ?? element.getAttribute('align')),
          ) ?? null,
        renderHTML: ({ align }: Record<string, unknown>) => (align === null ? {} : { 'data-align': align }),
      },
      background: {
        default: null,
        parseHTML: (element: HTMLElement) => colorOf(element.getAttribute('data-background')),
        renderHTML: ({ background }: Record<string, unknown>) =>
          background === null ? {} : { 'data-background': background },
      },
    }
  },
  renderHTML: ({ HTMLAttributes }: { HTMLAttributes: Record<string, unknown> }) =>
    [tag, HTMLAttributes, 0] as const,
})

/** Tables, their rows and cells. */
export const Tables = Extension.create({
  name: 'tables',
  addExtensions: () => [
    OwnTable.configure({ resizable: true }),
    TableRow.extend({ renderHTML: () => ['tr', {}, 0] }),
    TableHeader.extend(cell('th')),
    TableCell.extend(cell('td')),
  ],
})
