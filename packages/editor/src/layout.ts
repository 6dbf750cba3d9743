import { Extension } from '@tiptap/core'
import type { Attrs, Node } from '@tiptap/pm/model'
import type { EditorState, Transaction } from '@tiptap/pm/state'

/** How the lines of a block stand. */
export const alignments = ['left', 'center', 'right', 'justify'] as const
export type Alignment = (typeof alignments)[number]

/** A block is moved in by at most so many steps. */
export const deepestIndent = 8

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    layout: {
      /** How the lines of the selected blocks stand; null for the direction's own. */
      setTextAlign: (align: Alignment | null) => ReturnType
      /** Moves the selected blocks in by one step. */
      indent: () => ReturnType
      /** Moves the selected blocks out by one step. */
      outdent: () => ReturnType
      /** The direction of the selected blocks; null for that of their first letters. */
      setDirection: (direction: 'ltr' | 'rtl' | null) => ReturnType
    }
  }
}

const types = ['paragraph', 'heading']
const within = new Set(['listItem', 'taskItem', 'tableCell', 'tableHeader', 'codeBlock'])

const setEach = (
  state: EditorState,
  tr: Transaction,
  dispatch: unknown,
  change: (node: Node) => Attrs | null,
): boolean => {
  let any = false
  for (const { $from, $to } of state.selection.ranges)
    state.doc.nodesBetween($from.pos, $to.pos, (node, at) => {
      if (!types.includes(node.type.name)) return
      const attrs = change(node)
      if (attrs === null) return
      any = true
      if (dispatch !== undefined) tr.setNodeMarkup(at, null, { ...node.attrs, ...attrs }, node.marks)
    })
  return any
}

/** How far in a block is. */
const stepsOf = (node: Node): number => Number(node.attrs['indent'] ?? 0)

/** True where Tab means something else, or the block has no place to move to. */
const ownsTab = ({ selection: { $from } }: EditorState): boolean => {
  for (let depth = $from.depth; depth > 0; depth--) if (within.has($from.node(depth).type.name)) return true
  return !types.includes($from.parent.type.name)
}

/** Alignment, indentation and direction of paragraphs and headings. What is null follows the text. */
export const Layout = Extension.create({
  name: 'layout',

  addGlobalAttributes() {
    return [
      {
        types,
        attributes: {
          textAlign: {
            default: null,
            parseHTML: (element) => {
              const align = element.getAttribute('data-align') ?? element.getAttribute('align')
              return alignments.find((name) => name === align?.toLowerCase()) ?? null
            },
            renderHTML: ({ textAlign }) => (textAlign === null ? {} : { 'data-align': textAlign }),
          },
          indent: {
            default: null,
            parseHTML: (element) => {
              const steps = Number(element.getAttribute('data-indent'))
              return Number.isInteger(steps) && steps > 0 ? Math.min(steps, deepestIndent) : null
            },
            renderHTML: ({ indent }) => (indent === null ? {} : { 'data-indent': indent }),
          },
          dir: {
            default: null,
            parseHTML: (element) => /^(?:ltr|rtl)$/.exec(element.getAttribute('dir') ?? '')?.[0] ?? null,
            renderHTML: ({ dir }) => (dir === null ? {} : { dir }),
          },
        },
      },
    ]
  },

  addCommands() {
    const set =
      (change: (node: Node) => Attrs | null) =>
      ({ state, tr, dispatch }: { state: EditorState; tr: Transaction; dispatch?: unknown }): boolean =>
        setEach(state, tr, dispatch, change)
    return {
      setTextAlign: (textAlign) => set(() => ({ textAlign })),
      setDirection: (dir) => set(() => ({ dir })),
      indent: () => set((node) => (stepsOf(node) >= deepestIndent ? null : { indent: stepsOf(node) + 1 })),
      outdent: () =>
        set((node) =>
          stepsOf(node) === 0 ? null : { indent: stepsOf(node) === 1 ? null : stepsOf(node) - 1 },
        ),
    }
  },

  addKeyboardShortcuts() {
    const { editor } = this
    return {
      Tab: () => {
        if (ownsTab(editor.state)) return false
        editor.commands.indent()
        return true
      },
      'Shift-Tab': () => !ownsTab(editor.state) && editor.commands.outdent(),
      Backspace: () => {
        const { empty, $from } = editor.state.selection
        return empty && $from.parentOffset === 0 && stepsOf($from.parent) > 0 && editor.commands.outdent()
      },
      'Mod-Shift-l': () => editor.commands.setTextAlign('left'),
      'Mod-Shift-e': () => editor.commands.setTextAlign('center'),
      'Mod-Shift-r': () => editor.commands.setTextAlign('right'),
      'Mod-Shift-j': () => editor.commands.setTextAlign('justify'),
    }
  },
})
