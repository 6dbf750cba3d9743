import { InputRule, Node } from '@tiptap/core'
import { NodeSelection } from '@tiptap/pm/state'
import { insertBlock } from './insert.ts'

/** A formula is at most so long. */
export const longestFormula = 10_000

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    math: {
      /** Puts a formula into the line, selected so that it can be written. */
      insertMathInline: (latex?: string) => ReturnType
      /** Puts a formula on a line of its own, selected so that it can be written. */
      insertMathBlock: (latex?: string) => ReturnType
    }
  }
}

const latex = {
  default: '',
  parseHTML: (element: HTMLElement) =>
    (element.getAttribute('data-latex') ?? element.textContent ?? '').slice(0, longestFormula),
  renderHTML: (attrs: Record<string, unknown>) => ({ 'data-latex': String(attrs['latex']) }),
}

/** A formula in a line. */
export const MathInline = Node.create({
  name: 'mathInline',
  group: 'inline',
  inline: true,
  atom: true,

  addAttributes: () => ({ latex }),
  parseHTML: () => [{ tag: 'span[data-math]' }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'span',
    { ...HTMLAttributes, 'data-math': '' },
    String(node.attrs['latex']),
  ],
  renderText: ({ node }) => `$${String(node.attrs['latex'])}$`,

  addCommands() {
    return {
      insertMathInline:
        (formula = '') =>
        ({ tr, dispatch }) => {
          const { $from } = tr.selection
          if (!$from.parent.inlineContent || !$from.parent.type.contentMatch.matchType(this.type))
            return false
          if (dispatch === undefined) return true
          tr.replaceSelectionWith(this.type.create({ latex: formula }), false)
          tr.setSelection(NodeSelection.create(tr.doc, tr.mapping.map($from.pos, -1))).scrollIntoView()
          return true
        },
    }
  },

  addInputRules() {
    return [
      new InputRule({
        find: /(?:^|[\s(])\$([^\s$](?:[^$]*[^\s$])?)\$$/,
        handler: ({ state: { tr }, range, match }) => {
          const from = range.from + match[0].indexOf('$')
          tr.replaceWith(from, range.to, this.type.create({ latex: match[1] ?? '' }))
        },
      }),
    ]
  },
})

/** A formula on a line of its own. */
export const MathBlock = Node.create({
  name: 'mathBlock',
  group: 'block',
  atom: true,

  addAttributes: () => ({ latex }),
  parseHTML: () => [{ tag: 'div[data-math]' }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'div',
    { ...HTMLAttributes, 'data-math': '' },
    String(node.attrs['latex']),
  ],
  renderText: ({ node }) => `$$${String(node.attrs['latex'])}$$`,

  addCommands() {
    return {
      insertMathBlock:
        (formula = '') =>
        (props) =>
          insertBlock(props, this.type.create({ latex: formula }), true),
    }
  },

  addInputRules() {
    return [
      new InputRule({
        find: /^\$\$\s$/,
        handler: ({ range, chain }) => {
          chain().deleteRange(range).insertMathBlock().run()
        },
      }),
    ]
  },
})
