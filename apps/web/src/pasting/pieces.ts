import type { Node } from '@tiptap/pm/model'
import { Fragment } from '@tiptap/pm/model'

/** What is put in at once: blocks at a place, or more children for the block that was put in last. */
export interface Piece {
  readonly kind: 'blocks' | 'more'
  readonly nodes: readonly Node[]
}

const growing: ReadonlySet<string> = new Set(['bulletList', 'orderedList', 'taskList', 'table'])

/** True for what says the same while only its first children are there. A cell that spans rows would not. */
const grows = (node: Node): boolean =>
  growing.has(node.type.name) &&
  node.children.every((row) => row.children.every(({ attrs }) => (attrs['rowspan'] ?? 1) === 1))

/**
 * Cuts blocks into pieces of about that size, in order. Long lists and tables are cut between their children, so that
 * no piece is much larger than the largest thing that cannot be cut. `size` is asked before each piece.
 */
export function* piecesOf(blocks: readonly Node[], size: () => number): Generator<Piece, void> {
  let room = size()
  let waiting: Node[] = []
  const flush = (): Piece[] => {
    const piece: Piece[] = waiting.length === 0 ? [] : [{ kind: 'blocks', nodes: waiting }]
    waiting = []
    room = size()
    return piece
  }
  for (const block of blocks) {
    if (block.nodeSize <= room || !grows(block)) {
      waiting.push(block)
      room -= block.nodeSize
      if (room <= 0) yield* flush()
      continue
    }
    let isFirst = true
    let part: Node[] = []
    for (const child of block.children) {
      part.push(child)
      room -= child.nodeSize
      if (room > 0) continue
      if (isFirst) {
        waiting.push(block.copy(Fragment.fromArray(part)))
        yield* flush()
      } else {
        yield { kind: 'more', nodes: part }
        room = size()
      }
      isFirst = false
      part = []
    }
    if (part.length > 0 && isFirst) waiting.push(block.copy(Fragment.fromArray(part)))
    else if (part.length > 0) yield { kind: 'more', nodes: part }
  }
  yield* flush()
}
