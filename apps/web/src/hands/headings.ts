import type { Node } from '@tiptap/pm/model'

/** A heading of the document and where its block begins. */
export interface Heading {
  readonly text: string
  readonly level: number
  readonly at: number
}

const levelOf = (node: Node): number => {
  const level: unknown = node.attrs['level']
  return typeof level === 'number' && level >= 1 && level <= 6 ? level : 1
}

/** All headings that have a text, in order. */
export const headingsOf = (doc: Node): Heading[] => {
  const found: Heading[] = []
  doc.descendants((node, at) => {
    if (node.type.name === 'heading') {
      const text = node.textContent.trim()
      if (text !== '') found.push({ text, level: levelOf(node), at })
    }
    return !node.isTextblock
  })
  return found
}

/** Which of these one is reading when this place is at the top: the last that begins before it, or -1. */
export const currentOf = (headings: readonly Heading[], place: number): number =>
  headings.findLastIndex(({ at }) => at <= place)
