import { Node } from '@tiptap/core'

const kinds = ['person', 'document'] as const
const longest = 200

/** A person or a document that is named in a line. `label` is how it was called then. */
export const Mention = Node.create({
  name: 'mention',
  group: 'inline',
  inline: true,
  atom: true,
  selectable: true,

  addAttributes() {
    const text = (attribute: string) => ({
      default: '',
      parseHTML: (element: HTMLElement) => (element.getAttribute(attribute) ?? '').slice(0, longest),
      rendered: false,
    })
    return {
      kind: {
        default: 'person',
        parseHTML: (element) =>
          kinds.find((kind) => kind === element.getAttribute('data-mention')) ?? 'person',
        rendered: false,
      },
      id: text('data-id'),
      label: text('data-label'),
    }
  },

  parseHTML() {
    return [{ tag: 'span[data-mention]' }]
  },

  renderHTML({ node }) {
    const { kind, id, label } = node.attrs
    const attributes = { 'data-mention': String(kind), 'data-id': String(id), 'data-label': String(label) }
    return ['span', attributes, mentionText(node.attrs)]
  },

  renderText({ node }) {
    return mentionText(node.attrs)
  },
})

/** How a mention reads: a person with the sign before the name, a document by its title. */
export const mentionText = ({ kind, label }: Readonly<Record<string, unknown>>): string =>
  kind === 'person' ? `@${String(label)}` : String(label)
