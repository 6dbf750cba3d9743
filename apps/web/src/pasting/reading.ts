import { Slice } from '@tiptap/pm/model'
import type { Node, Schema } from '@tiptap/pm/model'
import { DOMParser as Reader } from '@tiptap/pm/model'
import type { EditorView } from '@tiptap/pm/view'
import { plainStyles, renameStyles } from '../paste.ts'
import { renamedStyle } from './clean.ts'

/** So many elements, about, are read at once. */
const many = 400

const isBlock = ({ nodeName }: globalThis.Node): boolean =>
  /^(?:P|DIV|H[1-6]|UL|OL|DL|TABLE|BLOCKQUOTE|PRE|SECTION|ARTICLE|ASIDE|DETAILS|FIGURE|HR)$/.test(nodeName)

/** Word writes its lists as paragraphs: they are cut nowhere. */
const isListed = (node: globalThis.Node): boolean =>
  node instanceof Element && (node.getAttribute(renamedStyle) ?? '').includes('mso-list')

/** What stands side by side in copied HTML, without what is only put around all of it. */
const within = (body: Element): readonly globalThis.Node[] => {
  const nodes = [...body.childNodes].filter(
    (node) =>
      node.nodeType !== 8 && !/^(?:META|STYLE|LINK|TITLE)$/.test(node.nodeName) && node.textContent !== '\n',
  )
  const [only] = nodes
  const isAround =
    only instanceof Element &&
    nodes.length === 1 &&
    [...only.children].some(isBlock) &&
    (/^(?:DIV|SECTION|ARTICLE|MAIN|SPAN)$/.test(only.nodeName) ||
      (only.nodeName === 'B' && /font-weight:\s*(?:normal|400)/.test(only.getAttribute(renamedStyle) ?? '')))
  return isAround ? within(only) : nodes
}

/**
 * Reads copied HTML as blocks, a part of it at each step so that the page can breathe in between. Nothing of it runs
 * or is fetched: see `plainStyles`. With `own` it is of this editor and means what it says.
 */
export function* readHtml(html: string, schema: Schema, own: boolean): Generator<readonly Node[], void> {
  const reader = Reader.fromSchema(schema)
  const { body } = new DOMParser().parseFromString(renameStyles(html), 'text/html')
  let part: globalThis.Node[] = []
  let size = 0
  const read = (): readonly Node[] => {
    const box = body.ownerDocument.createElement('div')
    box.append(...part)
    part = []
    size = 0
    if (!own) {
      const plain = new DOMParser().parseFromString(plainStyles(box.innerHTML), 'text/html')
      return reader.parse(plain.body).content.content
    }
    return reader.parse(box, { preserveWhitespace: true }).content.content
  }
  for (const node of within(body)) {
    if (size >= many && isBlock(node) && !isListed(node)) yield read()
    part.push(node)
    size += 1 + (node instanceof Element ? node.querySelectorAll('*').length : 0)
  }
  if (part.length > 0) yield read()
}

/** Plain text as paragraphs, like the browser's own paste: each line is one. */
export function* readText(text: string, schema: Schema): Generator<readonly Node[], void> {
  const paragraph = (line: string): Node =>
    schema.node('paragraph', null, line === '' ? [] : [schema.text(line)])
  const lines = text.split(/(?:\r\n?|\n)+/)
  for (let at = 0; at < lines.length; at += many) yield lines.slice(at, at + many).map(paragraph)
}

/** What is pasted may name unknown things of other documents: the binding has their text in their place. */
export const adopted = (view: EditorView, nodes: readonly Node[], schema: Schema): readonly Node[] => {
  let slice = new Slice(schema.topNodeType.create(null, nodes).content, 0, 0)
  view.someProp('transformPasted', (transform) => {
    slice = transform(slice, view, false)
  })
  return slice.content.content
}
