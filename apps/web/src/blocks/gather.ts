import type { Node } from '@tiptap/pm/model'

/** One thing that was found in the text, with its place. */
export interface Found {
  readonly node: Node
  readonly at: number
}

/**
 * Finds all nodes of some types. What is in a block is remembered with the block, so that asking again after a
 * change looks only into what has changed.
 */
export const gather = (...types: string[]): ((doc: Node) => Found[]) => {
  const remembered = new WeakMap<Node, readonly Found[]>()
  const within = (block: Node): readonly Found[] => {
    const before = remembered.get(block)
    if (before !== undefined) return before
    const found: Found[] = types.includes(block.type.name) ? [{ node: block, at: 0 }] : []
    block.descendants((node, at) => {
      if (types.includes(node.type.name)) found.push({ node, at: at + 1 })
    })
    remembered.set(block, found)
    return found
  }
  return (doc) => {
    const all: Found[] = []
    doc.forEach((block, start) => {
      for (const { node, at } of within(block)) all.push({ node, at: start + at })
    })
    return all
  }
}
