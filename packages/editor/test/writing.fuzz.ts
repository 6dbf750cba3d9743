import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fragment, Slice } from '@tiptap/pm/model'
import type { Node, NodeType } from '@tiptap/pm/model'
import { EditorState } from '@tiptap/pm/state'
import type { Transaction } from '@tiptap/pm/state'
import * as Y from 'yjs'
import { element, grammar, Sheet } from './sheet.ts'
import type { Sketch } from './sheet.ts'
import { chanceOf, write } from './writer.ts'
import type { Chance } from './writer.ts'

// SEED=7 pnpm fuzz          replays one seed
// SEEDS=5000 pnpm fuzz      runs so many
const seeds =
  process.env['SEED'] === undefined
    ? Array.from({ length: Number(process.env['SEEDS'] ?? 60) }, (_, i) => i)
    : [Number(process.env['SEED'])]

const poem: Sketch = ['poem', { meter: 'iamb' }, ['verse', {}, 'Shall I compare thee']]
const verses = '<poem meter="iamb"><verse>Shall I compare thee</verse></poem>'

const blockType = (name: string): NodeType => grammar.nodes[name] ?? grammar.topNodeType

/** One random act of a person, which the grammar allows. */
const act = (chance: Chance, transform: Transaction): Transaction => {
  const { doc } = transform
  const below = (n: number): number => Math.floor(chance() * n)
  // nobody can put a caret into the middle of a letter
  const place = (): number => {
    const at = below(doc.content.size + 1)
    const { nodeBefore } = doc.resolve(at)
    return /[\uD800-\uDBFF]$/.test(nodeBefore?.text ?? '') ? at - 1 : at
  }
  const [from = 0, to = 0] = [place(), place()].toSorted((a, b) => a - b)
  const $from = doc.resolve(from)
  try {
    switch (below(7)) {
      case 0:
        return transform.delete(from, to - from > 8 ? from : to)
      case 1:
        return $from.parent.inlineContent ? transform.split(from) : transform
      case 2:
        return transform.addMark(from, to, grammar.mark(['bold', 'code', 'italic'][below(3)] ?? 'bold'))
      case 3:
        return transform.removeMark(from, to)
      case 4:
        return transform.replace(from, from, new Slice(Fragment.from(doc.child(below(doc.childCount))), 0, 0))
      case 5:
        return transform.setBlockType(from, to, blockType(chance() < 0.5 ? 'heading' : 'paragraph'))
      default:
        return $from.parent.inlineContent
          ? transform.insertText('aab'.slice(0, 1 + below(3)), from)
          : transform
    }
  } catch {
    return transform
  }
}

for (const seed of seeds)
  test(`[P1] [P9] two who edit at random around unknown things end with the same page (SEED=${seed})`, () => {
    const chance = chanceOf(seed)
    const ada = new Sheet(new Y.Doc(), grammar, 1) // remembers every list, as a long document does
    const ben = new Sheet()
    ada.doc.clientID = 1
    ben.doc.clientID = 2
    const meet = (): void => {
      Y.applyUpdate(ben.doc, Y.encodeStateAsUpdate(ada.doc))
      Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(ben.doc))
    }
    ada.edit((transform) =>
      transform.replaceWith(0, transform.doc.content.size, grammar.nodeFromJSON(write(chance)).content),
    )
    ada.body.insert(1, [
      element(poem),
      element(['paragraph', {}, [{ insert: 'marked', attributes: { glow: { hue: 3 } } }]]),
    ])
    meet()
    for (let step = 0; step < 40; step++) {
      const sheet = chance() < 0.5 ? ada : ben
      const { shown } = sheet
      let wanted = shown
      sheet.edit((transform) => {
        const done = act(chance, transform)
        wanted = done.doc
        return done
      })
      sound(sheet.shown)
      assert.equal(read(sheet.shown), read(wanted), `step ${step}: the page shows what was done`)
      assert.ok(new Sheet(sheet.doc).shown.eq(sheet.shown), `step ${step}: and that is what is stored`)
      for (const each of sheet.body.createTreeWalker(
        (one) => one instanceof Y.XmlElement && one.nodeName === 'poem',
      ))
        assert.equal(
          each instanceof Y.XmlElement ? each.toString() : null,
          verses,
          `step ${step}: a poem is whole`,
        )
      if (chance() < 0.3) meet()
    }
    meet()
    assert.equal(read(ada.shown), read(ben.shown))
    for (const sheet of [ada, ben]) assert.ok(new Sheet(sheet.doc).shown.eq(sheet.shown))
  })

/** The grammar's own check, except for marks that two people have set at once and that tolerate no other. */
const sound = (doc: Node): void => EditorState.create({ doc }).tr.removeMark(0, doc.content.size).doc.check()

/**
 * A document in words, without what cannot be stored, marks on what is no text, and without the unknown formats,
 * which come back by themselves.
 */
const read = (doc: Node): string => {
  let words = ''
  doc.descendants((node) => {
    const marks = node.marks.map(({ type }) => type.name).filter((name) => name !== 'unknownMark')
    if (node.isText) for (const letter of node.text ?? '') words += `${letter}[${marks.join()}]`
    else words += `<${node.type.name} ${String(node.attrs['level'])} ${node.childCount === 0}>`
  })
  return words
}
