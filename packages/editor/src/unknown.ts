import { Extension, Mark, Node, mergeAttributes } from '@tiptap/core'
import type { Attributes } from '@tiptap/core'
import type { Mark as Marked, Node as Shown } from '@tiptap/pm/model'

/**
 * What this grammar has no word for, as the page shows it: a closed block or a closed place in a line that stands
 * for one thing in the shared document, which it never changes. `of` names that thing, `name` and `text` are what
 * can be told of it.
 */
const closed = (tag: 'div' | 'span', inline: boolean) =>
  Node.create({
    name: inline ? 'unknownInline' : 'unknownBlock',
    group: inline ? 'inline' : 'block',
    inline,
    atom: true,
    selectable: true,
    draggable: false,

    addAttributes(): Attributes {
      return {
        of: {
          isRequired: true, // never made to fill a gap
          parseHTML: (element) => element.getAttribute('data-unknown'),
        },
        name: { default: '', parseHTML: () => '' },
        text: { default: '', parseHTML: (element) => (element.textContent ?? '').slice(0, longestText) },
      }
    },

    parseHTML() {
      return [{ tag: `${tag}[data-unknown]`, priority: 60 }]
    },

    renderHTML({ node }) {
      return [tag, { 'data-unknown': String(node.attrs['of']) }, String(node.attrs['text'])]
    },

    renderText({ node }) {
      return String(node.attrs['text'])
    },
  })

/** At most so much of an unknown thing's text is shown. */
export const longestText = 500

const UnknownBlock = closed('div', false)
const UnknownInline = closed('span', true)

/** A format of the text that this grammar has no word for. It stays on its characters and shows nothing. */
const UnknownMark = Mark.create({
  name: 'unknownMark',
  excludes: '', // a character may carry several
  inclusive: false,

  addAttributes() {
    return {
      key: { default: '', parseHTML: (element) => element.getAttribute('data-unknown-mark') },
      value: { default: null, parseHTML: (element) => plain(element.getAttribute('data-value')) },
    }
  },

  parseHTML() {
    return [{ tag: 'span[data-unknown-mark][data-value]' }]
  },

  renderHTML({ mark }) {
    const value = JSON.stringify(mark.attrs['value'])
    const told = value.length > 2_000 ? {} : { 'data-value': value }
    return ['span', mergeAttributes({ 'data-unknown-mark': String(mark.attrs['key']) }, told), 0]
  },
})

const plain = (json: string | null): unknown => {
  if (json === null || json.includes('__proto__')) return null
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** What can carry attributes that this grammar has no word for, so that they move with it. */
const carriers =
  'paragraph heading blockquote codeBlock bulletList orderedList listItem taskList taskItem horizontalRule hardBreak table tableRow tableHeader tableCell callout details detailsSummary detailsContent columns column image file video mathInline mathBlock footnote mention pageBreak toc embed bold italic underline strike code link textColor highlight subscript superscript'.split(
    ' ',
  )

/** The grammar's words for what it has no words for. */
export const Unknown = Extension.create({
  name: 'unknown',

  addExtensions() {
    return [UnknownBlock, UnknownInline, UnknownMark]
  },

  addGlobalAttributes() {
    return [
      { types: carriers, attributes: { unknown: { default: null, rendered: false, parseHTML: () => null } } },
    ]
  },
})

/** True for a block or a place in a line that stands for something unknown. */
export const isUnknown = ({ type }: Shown): boolean =>
  type.name === UnknownBlock.name || type.name === UnknownInline.name

/** True for a mark that stands for an unknown format. */
export const isUnknownMark = ({ type }: Marked): boolean => type.name === UnknownMark.name

/** What an unknown node stands for. */
export const standsFor = (node: Shown): string => String(node.attrs['of'])
