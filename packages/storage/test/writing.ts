import assert from 'node:assert/strict'
import type { Base, Log, Owner, Write } from '@quire/sync/log'
import * as Y from 'yjs'
import type { Entry } from '../src/entry.ts'
import type { Head } from '../src/spool.ts'

/** Numbers from 0 to 1 that replay from their seed. */
export const chance = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number below `end`. */
export const below = (random: () => number, end: number): number => Math.floor(random() * end)

/** A person's copy of the document. `said` are the updates made in it, oldest first. */
export const writer = (client: number): { doc: Y.Doc; said: Uint8Array[] } => {
  const doc = new Y.Doc()
  doc.clientID = client // drawn at random by Yjs; fixed, so that a seed replays
  const said: Uint8Array[] = []
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'heard') said.push(update)
  })
  return { doc, said }
}

/** One small change of a kind that editors make. */
export const scribble = (doc: Y.Doc, random: () => number): void => {
  const text = doc.getText('text')
  const at = below(random, text.length + 1)
  switch (below(random, 6)) {
    case 0:
      text.delete(at, Math.min(text.length - at, below(random, 8)))
      break
    case 1:
      text.format(at, Math.min(text.length - at, 4), { bold: random() < 0.5 })
      break
    case 2:
      doc.getMap('map').set(`key ${below(random, 4)}`, below(random, 1000))
      break
    case 3:
      doc.getArray('list').insert(0, [new Y.Map([['done', random() < 0.5]])])
      break
    default:
      text.insert(at, 'häuser 😀 '.slice(0, 1 + below(random, 6)))
  }
}

/** What a document says, in a form that can be compared. */
export const content = (doc: Y.Doc): unknown => [
  doc.getText('text').toDelta(),
  doc.getMap('map').toJSON(),
  doc.getArray('list').toJSON(),
]

/** The document that updates make. */
export const read = (...updates: Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

/** Three people who write to each other, in an order that replays from the seed. All their updates, in order. */
export const conversation = (seed: number, length: number): Uint8Array[] => {
  const random = chance(seed)
  const people = [writer(seed + 1), writer(seed + 2), writer(seed + 3)]
  const said: Uint8Array[] = []
  for (let turn = 0; turn < length; turn++) {
    const speaker = people[below(random, people.length)]
    if (speaker === undefined) continue
    for (const update of said) if (random() < 0.3) Y.applyUpdate(speaker.doc, update, 'heard')
    const before = speaker.said.length
    scribble(speaker.doc, random)
    said.push(...speaker.said.slice(before))
  }
  return said
}

/** An update as a room appends it. */
export const write = (
  update: Uint8Array,
  author = 'ada',
  owners: readonly Owner[] = [],
  schema = 0,
): Write => ({ update, author, owners, schema })

/** An entry of a batch. */
export const entry = (room: string, position: number, update: Uint8Array): Entry => ({
  ...head(room, position),
  update,
})

/** An entry but for its bytes. */
export const head = (room: string, position: number): Head => ({
  room,
  position,
  author: 'ada',
  time: position,
  owners: [],
  schema: 0,
})

/** Folds a log that is small, or of which much is new: what is made is a base. */
export const based = async (log: Log): Promise<Base> => {
  const made = await log.compact()
  assert.ok('state' in made, 'a run was made')
  return made
}
