import * as Y from 'yjs'
import { anything, inspect, rootNames } from '../packages/sync/src/inspect.ts'
import { Known } from '../packages/sync/src/known.ts'
import { SyncError } from '../packages/sync/src/error.ts'
import { median } from './median.ts'
import type { Result } from './result.ts'

const keystrokes = 50_000
const rounds = 7

/** Somebody writes paragraphs, a letter at a time, with some going back and deleting. */
const typing = (): { updates: Uint8Array[]; state: Uint8Array } => {
  const doc = new Y.Doc()
  doc.clientID = 123_456_789
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => void updates.push(update))
  const body = doc.getXmlFragment('default')
  let text = new Y.XmlText()
  let at = 0
  for (let index = 0; index < keystrokes; index++) {
    if (index % 80 === 0) {
      const paragraph = new Y.XmlElement('paragraph')
      text = new Y.XmlText()
      paragraph.insert(0, [text])
      body.insert(body.length, [paragraph])
      at = 0
    }
    if (index % 37 === 36) at = Math.floor(at / 2)
    if (index % 13 === 12 && at > 0) text.delete(--at, 1)
    else text.insert(at++, 'abcdefgh'[index % 8] ?? 'x')
  }
  return { updates, state: Y.encodeStateAsUpdate(doc) }
}

const spent = (work: () => void): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}

const grammar = {
  ...anything,
  roots: rootNames(['title', 'default']),
  moreRoots: 0,
  depth: 100,
  value: 65_536,
}

const judge = (updates: readonly Uint8Array[], known = new Known()): void => {
  for (const update of updates) {
    const verdict = inspect(update, known, grammar, 64)
    if (verdict instanceof SyncError || verdict.type !== 'new')
      throw new Error('an honest update was not taken')
    known.learn(verdict)
  }
}

/** What judging a keystroke costs, beside what applying it to a document costs: a peer's server does that. */
export const inspector = (): Result => {
  const { updates, state } = typing()
  const judged: number[] = []
  const applied: number[] = []
  for (let round = 0; round < rounds; round++) {
    judged.push((spent(() => judge(updates)) / updates.length) * 1000)
    const doc = new Y.Doc()
    doc.getXmlFragment('default')
    applied.push(
      (spent(() => updates.forEach((update) => Y.applyUpdate(doc, update))) / updates.length) * 1000,
    )
    doc.destroy()
  }
  const hostile = Uint8Array.from([1, 0x80, 0x87, 0xa7, 0x0e, 1, 0, 0, 1, 0]) // thirty million structs, they say
  const refusal = median(
    Array.from({ length: 1000 }, () => spent(() => void inspect(hostile, new Known(), grammar))),
  )
  const whole = median(Array.from({ length: rounds }, () => spent(() => judge([state]))))
  return {
    name: 'Judging an update',
    prediction:
      'at most 3 us for a one-character update, and a tenth of what a document costs; linear in its size',
    rows: [
      ['one-character update, judged and learned', `${median(judged).toFixed(2)} us`],
      ['the same, applied to a Y.Doc', `${median(applied).toFixed(2)} us`],
      ['ratio', (median(judged) / median(applied)).toFixed(2)],
      [`a state of ${Math.round(state.length / 1024)} KiB, judged whole`, `${whole.toFixed(1)} ms`],
      [
        'the same per byte, against a keystroke per byte',
        perByte(whole, state.length, median(judged), updates).toFixed(2),
      ],
      ['10 bytes that declare 30,000,000 structs', `${(refusal * 1000).toFixed(1)} us`],
    ],
    holds: median(judged) <= 3 && median(judged) <= 0.1 * median(applied),
  }
}

const perByte = (whole: number, size: number, each: number, updates: readonly Uint8Array[]): number => {
  const bytes = updates.reduce((sum, update) => sum + update.length, 0) / updates.length
  return (whole * 1000) / size / (each / bytes)
}
