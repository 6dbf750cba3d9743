import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { SyncError } from '../src/error.ts'
import { inspect } from '../src/inspect.ts'
import { Known } from '../src/known.ts'
import { emptyBase } from '../src/log.ts'
import type { Run } from '../src/log.ts'
import { merge } from '../src/merge.ts'
import { TailContent } from '../src/tail-content.ts'
import { Tail } from '../src/tail.ts'
import { docOps, edit, random } from './edits.ts'
import type { Chance } from './edits.ts'

// SEED=194 node --test test/content.fuzz.ts   replays one seed
const replay = process.env['SEED'] === undefined ? null : Number(process.env['SEED'])
const seeds = Number(process.env['SEEDS'] ?? 40)
const steps = 120

/** Somebody who edits, with everything that they ever sent. */
interface Author {
  readonly doc: Y.Doc
  readonly undo: Y.UndoManager
  readonly sent: Uint8Array[]
}

const authorOf = (client: number, gc: boolean): Author => {
  const doc = new Y.Doc({ gc })
  doc.clientID = client
  const sent: Uint8Array[] = []
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'remote') sent.push(update)
  })
  const undo = new Y.UndoManager([doc.getText('text'), doc.getXmlFragment('default')], { captureTimeout: 0 })
  return { doc, undo, sent }
}

/** As an editor without care for surrogates would: cuts pairs in two. */
const cutAnywhere = ({ doc }: Author, chance: Chance): void => {
  const text = doc.getText('text')
  const at = chance(text.length + 1)
  if (chance(2) === 0) text.insert(at, '-')
  else if (at < text.length) text.delete(at, 1 + chance(Math.min(3, text.length - at)))
}

const play = (seed: number): void => {
  const chance = random(seed)
  const authors = Array.from({ length: 2 + chance(3) }, (_, index) => authorOf(index + 1, chance(4) > 0))
  const pick = <T>(items: readonly T[]): T | undefined => items[chance(items.length || 1)]
  const known = new Known()
  const tail = new Tail(emptyBase)
  const content = new TailContent(tail, known)
  const accepted: Uint8Array[] = []
  let folded = 0
  const say = (update: Uint8Array): void => {
    const verdict = inspect(update, known)
    assert.ok(!(verdict instanceof SyncError), 'an honest update')
    assert.ok(
      content.agrees(update, () => true),
      'what an honest client says is never another text',
    )
    if (verdict.type !== 'new' || verdict.overlaps) return
    known.learn(verdict)
    accepted.push(update)
    tail.push(accepted.length, update)
  }
  for (let step = 0; step < steps; step++) {
    const author = pick(authors)
    const other = pick(authors)
    if (author === undefined || other === undefined) return
    const { doc, undo, sent } = author
    switch (chance(12)) {
      case 0:
        cutAnywhere(author, chance)
        break
      case 1:
        undo.undo()
        break
      case 2: // hears all, or a part, of what another has
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(doc)), 'remote')
        break
      case 3: // says all that it has once more, its own and others'
        say(Y.encodeStateAsUpdate(doc))
        break
      case 4: // says what it said, again, in pieces or merged
        say(pick(sent) ?? Uint8Array.of(0, 0))
        if (sent.length > 0) say(merge(sent.slice(chance(sent.length))))
        break
      case 5: {
        // says what somebody lacks who has a part
        const vector = Y.decodeStateVector(known.encodeVector())
        for (const [client, clock] of vector) vector.set(client, chance(clock + 1))
        say(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(vector)))
        say(Y.diffUpdate(Y.encodeStateAsUpdate(doc), Y.encodeStateVector(vector)))
        break
      }
      case 6: {
        // the tail is merged, as a join does it, or folded
        if (chance(2) === 0) tail.after(0)
        else if (accepted.length > folded) {
          const run: Run = { first: folded + 1, last: accepted.length, update: merge(accepted.slice(folded)) }
          folded = accepted.length
          tail.fold(run)
        }
        break
      }
      case 7: // answers what the room lacks
        say(Y.encodeStateAsUpdate(doc, known.encodeVector()))
        break
      default:
        try {
          edit(doc, pick(docOps) ?? 'type', chance)
        } catch {
          // where pairs were cut, a place drawn by chance may be none
        }
        if (chance(3) > 0) say(sent.at(-1) ?? Uint8Array.of(0, 0))
    }
  }
  for (const { doc } of authors) doc.destroy()
}

test(`[W19] no honest client ever says another text (${replay === null ? `${seeds} seeds` : `SEED=${replay}`})`, () => {
  for (let seed = replay ?? 1; seed <= (replay ?? seeds); seed++) {
    try {
      play(seed)
    } catch (error) {
      throw new Error(`SEED=${seed} replays this`, { cause: error })
    }
  }
})
