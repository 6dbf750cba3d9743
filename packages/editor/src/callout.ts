import { InputRule, Node, wrappingInputRule } from '@tiptap/core'

/** What a callout is for. */
export const calloutKinds = ['note', 'tip', 'important', 'warning', 'caution'] as const
export type CalloutKind = (typeof calloutKinds)[number]

/** The kind of that name, or null. */
export const calloutKindOf = (name: unknown): CalloutKind | null =>
  calloutKinds.find((kind) => typeof name === 'string' && kind === name.toLowerCase()) ?? null

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    callout: {
      /** Puts the selected blocks into a callout of that kind, or makes the one around them of that kind. */
      setCallout: (kind: CalloutKind) => ReturnType
      /** Takes the selected blocks out of their callout. */
      unsetCallout: () => ReturnType
    }
  }
}

/** Blocks that are set apart, with a colour and a sign for what they are. */
export const Callout = Node.create({
  name: 'callout',
  group: 'block',
  content: 'block+',
  defining: true,

  addAttributes() {
    return {
      kind: {
        default: 'note',
        parseHTML: (element) => calloutKindOf(element.getAttribute('data-callout')) ?? 'note',
        renderHTML: ({ kind }) => ({ 'data-callout': kind }),
      },
    }
  },

  parseHTML() {
    return [{ tag: 'div[data-callout]' }]
  },

  renderHTML({ HTMLAttributes }) {
    return ['div', HTMLAttributes, 0]
  },

  addCommands() {
    return {
      setCallout:
        (kind) =>
        ({ editor, commands }) =>
          editor.isActive(this.name)
            ? commands.updateAttributes(this.name, { kind })
            : commands.wrapIn(this.name, { kind }),
      unsetCallout:
        () =>
        ({ commands }) =>
          commands.lift(this.name),
    }
  },

  addInputRules() {
    return [
      wrappingInputRule({
        find: /^:::(note|tip|important|warning|caution)?\s$/i,
        type: this.type,
        getAttributes: ([, kind]) => ({ kind: calloutKindOf(kind) ?? 'note' }),
      }),
      // GitHub's way: `> [!NOTE] `, whose first two characters have already made a quote
      new InputRule({
        find: /^\[!(note|tip|important|warning|caution)\]\s$/i,
        handler: ({ state: { tr }, range, match }) => {
          const $from = tr.doc.resolve(range.from)
          const quote = $from.node(-1)
          if (quote.type.name !== 'blockquote' || $from.index(-1) !== 0) return null
          tr.delete(range.from, range.to).setNodeMarkup($from.before(-1), this.type, {
            kind: calloutKindOf(match[1]),
          })
          return
        },
      }),
    ]
  },
})
