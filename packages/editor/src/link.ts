import { InputRule, Mark, markPasteRule } from '@tiptap/core'
import { safeHref, wholeHref } from './href.ts'

/**
 * A link that can only lead to an address of the allow-list. The check is made when HTML is read and again
 * whenever a link is drawn, because the shared document may hold what no page of ours has written.
 *
 * Addresses become links only while somebody types or pastes them here: a rule that looked at every change
 * would also edit what others write, and what was just opened.
 */
export const Link = Mark.create({
  name: 'link',
  priority: 1000,
  inclusive: false,
  keepOnSplit: false,
  exitable: true,

  addAttributes() {
    return { href: { default: null, parseHTML: (element) => safeHref(element.getAttribute('href')) } }
  },

  parseHTML() {
    return [
      {
        tag: 'a[href]',
        getAttrs: (element) => (safeHref(element.getAttribute('href')) === null ? false : null),
      },
    ]
  },

  renderHTML({ HTMLAttributes }) {
    const href = safeHref(HTMLAttributes['href'])
    if (href === null) return ['a', {}, 0]
    return ['a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, 0]
  },

  addInputRules() {
    const { type } = this
    return [
      new InputRule({
        find: /(?:^|\s)((?:https?:\/\/|www\.)[^\s]+\.[^\s]*[^\s.,;:!?)\]}'"])\s$/i,
        handler: ({ state, range, match }) => {
          const typed = match[1] ?? ''
          const href = wholeHref(typed)
          const from = range.from + match[0].indexOf(typed)
          if (href === null || state.doc.rangeHasMark(from, from + typed.length, type)) return null
          state.tr
            .addMark(from, from + typed.length, type.create({ href }))
            .insertText(match[0].slice(-1), range.to)
          state.tr.removeStoredMark(type)
          return
        },
      }),
    ]
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/gi,
        type: this.type,
        getAttributes: (match) => ({ href: match[0] }),
      }),
    ]
  },
})
