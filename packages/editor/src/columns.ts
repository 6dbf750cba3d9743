import { Node } from '@tiptap/core'
import type { Node as Shown } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'

/** So many columns at most are made by a command. More are shown if somebody has stored them. */
export const mostColumns = 4

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    columns: {
      /**
       * Puts the selected blocks into the first of so many columns, or gives those around them that number: what is
       * in a column that goes joins the last that stays. One column makes plain blocks of them.
       */
      setColumns: (count: number) => ReturnType
    }
  }
}

/** Blocks side by side. */
export const Columns = Node.create({
  name: 'columns',
  group: 'block',
  content: 'column+',
  isolating: true,

  addExtensions() {
    return [Column]
  },

  parseHTML() {
    return [{ tag: 'div[data-columns]' }]
  },

  renderHTML({ node }) {
    return ['div', { 'data-columns': String(node.childCount) }, 0]
  },

  addCommands() {
    return {
      setColumns:
        (count) =>
        ({ state, tr, dispatch }) => {
          const column = state.schema.nodes['column']
          if (column === undefined || !Number.isInteger(count) || count < 1 || count > mostColumns)
            return false
          const empty = column.createAndFill()
          if (empty === null) return false
          const { $from, $to } = state.selection
          for (let depth = $from.depth; depth > 0; depth--) {
            const around = $from.node(depth)
            if (around.type !== this.type) continue
            if (dispatch === undefined) return true
            const at = $from.before(depth)
            if (count === 1) {
              const blocks = around.children.filter(holds).flatMap(({ content }) => content.content)
              const [first] = around.children
              tr.replaceWith(at, $from.after(depth), blocks.length > 0 ? blocks : (first?.content ?? []))
              return true
            }
            if (around.childCount < count) {
              const more = Array.from({ length: count - around.childCount }, () => empty)
              tr.insert($from.end(depth), more)
              return true
            }
            const going = around.children.slice(count)
            if (going.length === 0) return true
            const moved = going.filter(holds).flatMap(({ content }) => content.content)
            const stays = around.children
              .slice(0, count)
              .reduce((sum, { nodeSize }) => sum + nodeSize, at + 1)
            tr.delete(stays, $from.end(depth)).insert(stays - 1, moved)
            return true
          }
          if (count === 1) return false
          const range = $from.blockRange($to)
          if (range === null) return false
          const inner = state.doc.slice(range.start, range.end).content
          if (!column.validContent(inner)) return false
          if (!range.parent.canReplaceWith(range.startIndex, range.endIndex, this.type)) return false
          if (dispatch === undefined) return true
          const others = Array.from({ length: count - 1 }, () => empty)
          const made = this.type.create(null, [column.create(null, inner), ...others])
          const isLast = range.endIndex === range.parent.childCount
          const after = isLast ? state.schema.nodes['paragraph']?.create() : undefined
          tr.replaceWith(range.start, range.end, after === undefined ? made : [made, after])
          tr.setSelection(TextSelection.near(tr.doc.resolve(range.start + 2))).scrollIntoView()
          return true
        },
    }
  },
})

/** False for a column with nothing but an empty paragraph in it. */
const holds = ({ childCount, firstChild }: Shown): boolean =>
  childCount > 1 || firstChild?.type.name !== 'paragraph' || firstChild.childCount > 0

const Column = Node.create({
  name: 'column',
  content: 'block+',
  isolating: true,
  selectable: false,
  parseHTML: () => [{ tag: 'div[data-column]' }],
  renderHTML: () => ['div', { 'data-column': '' }, 0],
})
