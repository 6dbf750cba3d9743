import { Mark, markInputRule } from '@tiptap/core'
import { colorOf } from './palette.ts'
import type { Color } from './palette.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    color: {
      /** Gives the selected text a colour of the palette, or with null its own again. */
      setTextColor: (color: Color | null) => ReturnType
      /** Gives the selected text a background of the palette, or with null none. */
      setHighlight: (color: Color | null) => ReturnType
    }
  }
}

const colored = (name: string, attribute: string, fallback: Color) => ({
  name,
  addAttributes: () => ({
    color: {
      default: fallback,
      parseHTML: (element: HTMLElement) => colorOf(element.getAttribute(attribute)) ?? fallback,
      renderHTML: ({ color }: Record<string, unknown>) => ({ [attribute]: colorOf(color) ?? fallback }),
    },
  }),
})

/** Text in a colour of the palette. */
export const TextColor = Mark.create({
  ...colored('textColor', 'data-color', 'gray'),
  parseHTML: () => [{ tag: 'span[data-color]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', HTMLAttributes, 0],

  addCommands() {
    return {
      setTextColor:
        (color) =>
        ({ commands }) =>
          color === null ? commands.unsetMark(this.name) : commands.setMark(this.name, { color }),
    }
  },
})

/** Text on a background of the palette. */
export const Highlight = Mark.create({
  ...colored('highlight', 'data-highlight', 'yellow'),
  parseHTML: () => [{ tag: 'mark' }],
  renderHTML: ({ HTMLAttributes }) => ['mark', HTMLAttributes, 0],

  addCommands() {
    return {
      setHighlight:
        (color) =>
        ({ commands }) =>
          color === null ? commands.unsetMark(this.name) : commands.setMark(this.name, { color }),
    }
  },

  addKeyboardShortcuts() {
    return { 'Mod-Shift-h': () => this.editor.commands.toggleMark(this.name, { color: 'yellow' }) }
  },

  addInputRules() {
    return [markInputRule({ find: /(?:^|\s)(==(?!\s)([^=]+)(?<!\s)==)$/, type: this.type })]
  },
})
