import { Node } from '@tiptap/core'
import { embedOf } from './embeds.ts'
import { safeHref } from './href.ts'
import { insertBlock } from './insert.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    embed: {
      /** Shows what is at the address within the text. False if it is of no site that may be embedded. */
      insertEmbed: (href: string) => ReturnType
    }
  }
}

/** Something of another site, shown only to those who ask to see it. */
export const Embed = Node.create({
  name: 'embed',
  group: 'block',
  atom: true,

  addAttributes() {
    return {
      href: {
        default: null,
        parseHTML: (element) => webAddress(element.getAttribute('data-embed')),
        rendered: false,
      },
    }
  },

  parseHTML() {
    return [{ tag: 'div[data-embed]' }]
  },

  renderHTML({ node }) {
    const href = webAddress(node.attrs['href'])
    if (href === null) return ['div', { 'data-embed': '' }]
    const rel = 'noopener noreferrer nofollow'
    return ['div', { 'data-embed': href }, ['a', { href, target: '_blank', rel }, href]]
  },

  renderText({ node }) {
    return String(node.attrs['href'] ?? '')
  },

  addCommands() {
    return {
      insertEmbed: (typed) => (props) => {
        const href = webAddress(typed)
        return href !== null && embedOf(href) !== null && insertBlock(props, this.type.create({ href }))
      },
    }
  },
})

const webAddress = (value: unknown): string | null => {
  const href = safeHref(value)
  return href !== null && /^https?:/i.test(href) ? href : null
}
