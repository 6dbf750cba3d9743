import { InputRule, Node } from '@tiptap/core'
import { Fragment } from '@tiptap/pm/model'
import { Selection, TextSelection } from '@tiptap/pm/state'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    details: {
      /** Puts the selected blocks into details that can be closed, with the caret in the empty summary. */
      setDetails: () => ReturnType
      /** Makes plain blocks of the details around the caret. */
      unsetDetails: () => ReturnType
    }
  }
}

/** Blocks that a person may close, under a line that stays. Whether they are open is each person's own affair. */
export const Details = Node.create({
  name: 'details',
  group: 'block',
  content: 'detailsSummary detailsContent',
  defining: true,
  isolating: true,

  addExtensions() {
    return [DetailsSummary, DetailsContent]
  },

  parseHTML() {
    return [{ tag: 'details' }]
  },

  renderHTML() {
    return ['details', { open: 'open' }, 0]
  },

  addCommands() {
    return {
      setDetails:
        () =>
        ({ state, tr, dispatch }) => {
          const { $from, $to } = state.selection
          const range = $from.blockRange($to)
          if (range === null) return false
          const { nodes } = state.schema
          const inner = state.doc.slice(range.start, range.end).content
          const summary = nodes['detailsSummary']?.create()
          const content = nodes['detailsContent']
          if (summary === undefined || content?.validContent(inner) !== true) return false
          if (!range.parent.canReplaceWith(range.startIndex, range.endIndex, this.type)) return false
          if (dispatch === undefined) return true
          const parts = Fragment.from([summary, content.create(null, inner)])
          tr.replaceWith(range.start, range.end, this.type.create(null, parts))
          tr.setSelection(TextSelection.create(tr.doc, range.start + 2)).scrollIntoView()
          return true
        },
      unsetDetails:
        () =>
        ({ state, tr, dispatch }) => {
          const { $from } = state.selection
          for (let depth = $from.depth; depth > 0; depth--) {
            const details = $from.node(depth)
            if (details.type !== this.type) continue
            const [summary, content] = details.children
            const line = state.schema.nodes['paragraph']?.create(null, summary?.content)
            if (content === undefined || line === undefined) return false
            const blocks = summary?.childCount === 0 ? content.content : content.content.addToStart(line)
            if (
              !$from.node(depth - 1).canReplace($from.index(depth - 1), $from.indexAfter(depth - 1), blocks)
            )
              return false
            if (dispatch === undefined) return true
            const at = $from.before(depth)
            tr.replaceWith(at, $from.after(depth), blocks)
            tr.setSelection(Selection.near(tr.doc.resolve(at + 1))).scrollIntoView()
            return true
          }
          return false
        },
    }
  },

  addKeyboardShortcuts() {
    const { editor } = this
    return {
      // from the summary into the content, and at the end of the content out of it
      Enter: () => {
        const { $from, empty } = editor.state.selection
        if ($from.parent.type.name === 'detailsSummary') {
          const inside = Selection.findFrom(editor.state.doc.resolve($from.after() + 1), 1, true)
          return inside !== null && editor.commands.setTextSelection(inside.from)
        }
        const content = $from.depth > 1 ? $from.node(-1) : null
        if (!empty || content?.type.name !== 'detailsContent' || $from.parent.childCount > 0) return false
        if ($from.parent.type.name !== 'paragraph' || content.childCount < 2) return false
        if ($from.index(-1) !== content.childCount - 1) return false
        const behind = $from.after(-2)
        return editor.commands.command(({ tr, state }) => {
          const paragraph = state.schema.nodes['paragraph']
          if (paragraph === undefined) return false
          tr.insert(behind, paragraph.create()).delete($from.before(), $from.after())
          tr.setSelection(TextSelection.create(tr.doc, tr.mapping.map(behind, -1) + 1)).scrollIntoView()
          return true
        })
      },
      Backspace: () => {
        const { $from, empty } = editor.state.selection
        if (!empty || $from.parentOffset > 0 || $from.parent.type.name !== 'detailsSummary') return false
        return editor.commands.unsetDetails()
      },
    }
  },

  addInputRules() {
    return [
      new InputRule({
        find: /^:::details\s$/i,
        handler: ({ range, chain }) => {
          chain().deleteRange(range).setDetails().run()
        },
      }),
    ]
  },
})

const DetailsSummary = Node.create({
  name: 'detailsSummary',
  content: 'inline*',
  defining: true,
  isolating: true,
  selectable: false,
  parseHTML: () => [{ tag: 'summary' }],
  renderHTML: () => ['summary', {}, 0],
})

const DetailsContent = Node.create({
  name: 'detailsContent',
  content: 'block+',
  defining: true,
  selectable: false,
  parseHTML: () => [{ tag: 'div[data-details]' }],
  renderHTML: () => ['div', { 'data-details': '' }, 0],
})
