import type { Mark, Node } from '@tiptap/pm/model'
import { mentionText } from './mention.ts'

/** Where things of this server are found from outside of the page. What has no address is left out. */
export interface Addresses {
  readonly file?: (id: string) => string
  readonly document?: (id: string) => string
}

/**
 * A document as clean HTML: only elements and attributes that the grammar itself draws, all text escaped, no scripts,
 * no styles and no addresses but safe ones. Notes stand at the end. Needs no DOM.
 */
export const writeHtml = (doc: Node, addresses: Addresses = {}): string => {
  const notes: string[] = []
  const write = (node: Node): string => {
    const special = own(node)
    if (special !== null) return special
    return render(node.type.spec.toDOM?.(node), node.isLeaf ? '' : inner(node))
  }
  const inner = (node: Node): string =>
    node.inlineContent ? line(node.children, 0) : node.children.map(write).join('')

  const own = (node: Node): string | null => {
    const attrs: Readonly<Record<string, unknown>> = node.attrs
    const file = typeof attrs['file'] === 'string' ? (addresses.file?.(attrs['file']) ?? null) : null
    switch (node.type.name) {
      case 'text':
        return escape(node.text ?? '')
      case 'footnote': {
        const at = notes.push('')
        notes[at - 1] = inner(node)
        return `<sup id="note-ref-${at}"><a href="#note-${at}">${at}</a></sup>`
      }
      case 'mention': {
        const to = attrs['kind'] === 'document' ? (addresses.document?.(String(attrs['id'])) ?? null) : null
        const text = escape(mentionText(attrs))
        return to === null ? text : `<a href="${escape(to)}">${text}</a>`
      }
      case 'image': {
        const src = file ?? (typeof attrs['src'] === 'string' ? attrs['src'] : null)
        const caption = node.childCount === 0 ? '' : `<figcaption>${inner(node)}</figcaption>`
        const picture = src === null ? '' : `<img src="${escape(src)}" alt="${escape(String(attrs['alt']))}">`
        return picture + caption === '' ? '' : `<figure>${picture}${caption}</figure>`
      }
      case 'file':
        return file === null ? '' : `<p><a href="${escape(file)}">${escape(String(attrs['name']))}</a></p>`
      case 'video': {
        const src = file ?? (typeof attrs['src'] === 'string' ? attrs['src'] : null)
        return src === null ? '' : `<video src="${escape(src)}" controls></video>`
      }
      case 'toc':
      case 'unknownInline':
        return node.type.name === 'toc' ? '' : escape(String(attrs['text']))
      case 'unknownBlock':
        return `<p>${escape(String(attrs['text']))}</p>`
      default:
        return null
    }
  }

  /** Neighbours that share a mark stand within it together. */
  const line = (nodes: readonly Node[], depth: number): string => {
    let written = ''
    for (let i = 0; i < nodes.length;) {
      const node = nodes[i]
      const mark: Mark | undefined = node?.marks[depth]
      let end = i + 1
      if (node === undefined || mark === undefined) {
        if (node !== undefined) written += write(node)
        i = end
        continue
      }
      while (nodes[end]?.marks[depth]?.eq(mark) === true) end++
      written += render(mark.type.spec.toDOM?.(mark, true), line(nodes.slice(i, end), depth + 1))
      i = end
    }
    return written
  }

  const body = inner(doc)
  if (notes.length === 0) return body
  const list = notes.map(
    (text, i) => `<li id="note-${i + 1}">${text} <a href="#note-ref-${i + 1}">↩</a></li>`,
  )
  return `${body}<hr><ol>${list.join('')}</ol>`
}

const empty = new Set(['br', 'hr', 'img', 'input'])
/** What only our own page needs to know. */
const hidden = /^(?:data-type|data-details|contenteditable|draggable)$/

/** What a node draws itself as, as text. `hole` stands where its content is. */
const render = (spec: unknown, hole: string): string => {
  if (spec === 0) return hole
  if (typeof spec === 'string') return escape(spec)
  if (!Array.isArray(spec)) return hole
  const [tag, second, ...rest] = spec as unknown[]
  if (typeof tag !== 'string') return hole
  const has = typeof second === 'object' && second !== null && !Array.isArray(second)
  const attributes = has
    ? Object.entries(second)
        .filter(
          ([name, value]) => !hidden.test(name) && (typeof value === 'string' || typeof value === 'number'),
        )
        .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
        .join('')
    : ''
  const children = (has ? rest : [second, ...rest]).filter((child) => child !== undefined)
  if (empty.has(tag)) return `<${tag}${attributes}>`
  return `<${tag}${attributes}>${children.map((child) => render(child, hole)).join('')}</${tag}>`
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
