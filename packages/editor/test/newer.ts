import { Extension, Mark, markInputRule, Node, nodeInputRule, textblockTypeInputRule } from '@tiptap/core'

const Poem = Node.create({
  name: 'poem',
  group: 'block',
  content: 'inline*',
  addAttributes: () => ({ meter: { default: 'iamb' } }),
  renderHTML: () => ['section', { class: 'poem' }, 0],
  addInputRules() {
    return [textblockTypeInputRule({ find: /^poem: $/, type: this.type })]
  },
})

const Stamp = Node.create({
  name: 'stamp',
  group: 'inline',
  inline: true,
  atom: true,
  renderHTML: () => ['b', { class: 'stamp' }, 'stamp'],
  addInputRules() {
    return [nodeInputRule({ find: /\(stamp\)$/, type: this.type })]
  },
})

const Highlight = Mark.create({
  name: 'glow',
  addAttributes: () => ({ hue: { default: 3 } }),
  renderHTML: () => ['mark', {}, 0],
  addInputRules() {
    return [markInputRule({ find: /==([^=]+)==$/, type: this.type })]
  },
})

/** What a later version of the grammar may add: a block, a thing in a line, a mark and an attribute. */
export const Newer = Extension.create({
  name: 'newer',
  addExtensions: () => [Poem, Stamp, Highlight],
  addGlobalAttributes: () => [
    {
      types: ['paragraph'],
      attributes: { align: { default: null, renderHTML: ({ align }) => (align === null ? {} : { align }) } },
    },
  ],
  addKeyboardShortcuts() {
    return { 'Mod-Alt-q': () => this.editor.commands.updateAttributes('paragraph', { align: 'right' }) }
  },
})
