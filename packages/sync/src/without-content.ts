import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/**
 * What takes the place of an update that cannot be stored: its structs where they stand, deleted and without their
 * content, and its deletions. A replica that holds the content deletes it when it hears of this, and what others built
 * on it stays whole. Null when it has no content that could be left out. For updates that were judged before.
 */
export const withoutContent = (update: Uint8Array): Uint8Array | null => {
  const { structs, ds } = Y.decodeUpdate(update)
  const blocks = new Map<number, (Y.Item | Y.GC)[]>()
  const deletions = new Map<number, { clock: number; len: number }[]>()
  for (const [client, ranges] of ds.clients) deletions.set(client, [...ranges])
  let leaves = false
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue // what was judged has no holes
    const { client, clock } = struct.id
    if (struct instanceof Y.Item && !(struct.content instanceof Y.ContentDeleted)) {
      struct.content = new Y.ContentDeleted(struct.length)
      leaves = true
    }
    push(blocks, client, struct)
    push(deletions, client, { clock, len: struct.length })
  }
  if (!leaves) return null
  const encoder = new Y.UpdateEncoderV1()
  const { restEncoder } = encoder
  encoding.writeVarUint(restEncoder, blocks.size)
  // clients as Yjs writes them
  for (const [client, block] of [...blocks].sort(([one], [other]) => other - one)) {
    encoding.writeVarUint(restEncoder, block.length)
    encoder.writeClient(client)
    encoding.writeVarUint(restEncoder, block[0]?.id.clock ?? 0)
    for (const struct of block) struct.write(encoder, 0)
  }
  encoding.writeVarUint(restEncoder, deletions.size)
  for (const [client, ranges] of deletions) {
    encoding.writeVarUint(restEncoder, client)
    encoding.writeVarUint(restEncoder, ranges.length)
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(restEncoder, clock)
      encoding.writeVarUint(restEncoder, len)
    }
  }
  return encoder.toUint8Array()
}

const push = <T>(lists: Map<number, T[]>, client: number, item: T): void => {
  const list = lists.get(client)
  if (list === undefined) lists.set(client, [item])
  else list.push(item)
}
