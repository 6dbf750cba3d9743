import { InputRule, Node } from '@tiptap/core'
import { NodeSelection } from '@tiptap/pm/state'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    footnote: {
      /** Puts an empty note at the caret, selected so that it can be written. */
      insertFootnote: () => ReturnType
    }
  }
}

/**
 * A note that stands in the line as a number. Its text lives right there, inside the line, and nowhere else: it moves
 * with the words it belongs to, several people write in it at once, and the number is its place among the others.
 */
export const Footnote = Node.create({
  name: 'footnote',
  group: 'inline',
  inline: true,
  content: 'text*',
  marks: '_',
  atom: true,
  isolating: true,

  parseHTML: () => [{ tag: 'span[data-footnote]' }],
  renderHTML: () => ['span', { 'data-footnote': '' }, 0],
  renderText: ({ node }) => `[${node.textContent}]`,

  addCommands() {
    return {
      insertFootnote:
        () =>
        ({ tr, dispatch }) => {
          const { $to } = tr.selection
          if (!$to.parent.inlineContent || !$to.parent.canReplaceWith($to.index(), $to.index(), this.type))
            return false
          if (dispatch === undefined) return true
          tr.insert($to.pos, this.type.create())
          tr.setSelection(NodeSelection.create(tr.doc, $to.pos)).scrollIntoView()
          return true
        },
    }
  },

  addKeyboardShortcuts() {
    return { 'Mod-Alt-f': () => this.editor.commands.insertFootnote() }
  },

  addInputRules() {
    return [
      new InputRule({
        find: /\[\^([^\]^]*)\]$/,
        handler: ({ state, range, match }) => {
          const text = match[1] ?? ''
          const note = this.type.create(null, text === '' ? null : state.schema.text(text))
          if (!state.doc.resolve(range.from).parent.type.contentMatch.matchType(this.type)) return null
          state.tr.replaceWith(range.from, range.to, note)
          return
        },
      }),
    ]
  },
})
