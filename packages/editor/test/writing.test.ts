import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '@tiptap/pm/model'
import { prosemirrorJSONToYXmlFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { bodyRoot } from '../src/roots.ts'
import { bodyOf, grammar, Sheet, stored } from './sheet.ts'
import type { Sketch } from './sheet.ts'
import { chanceOf, write } from './writer.ts'

const poem: Sketch = ['poem', { meter: 'iamb' }, ['verse', {}, 'Shall I compare thee']]
const poemIn = (sheet: Sheet): Y.XmlElement => {
  const found = [
    ...sheet.body.createTreeWalker((each) => each instanceof Y.XmlElement && each.nodeName === 'poem'),
  ][0]
  if (!(found instanceof Y.XmlElement)) throw new Error('the poem is gone')
  return found
}
const first = (sheet: Sheet): Y.XmlElement => {
  const found = sheet.body.get(0)
  if (!(found instanceof Y.XmlElement)) throw new Error('no block')
  return found
}
const delta = (sheet: Sheet, at = 0): unknown => {
  const text = first(sheet).get(at)
  return text instanceof Y.XmlText ? text.toDelta() : null
}

test('[L1] [P9] edits around an unknown block leave it the very same, and send nothing of it', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'before'], poem, ['paragraph', {}, 'after']))
  const one = poemIn(sheet)
  const inside = stored(sheet.doc)
  sheet
    .edit((transform) => transform.insertText('x', 1))
    .edit((transform) => transform.split(4))
    .edit((transform) => transform.insert(transform.doc.content.size, grammar.node('paragraph')))
    .edit((transform) => transform.delete(0, sheet.place('unknownBlock')))
    .edit((transform) => transform.insert(0, grammar.node('horizontalRule')))
  assert.equal(poemIn(sheet), one)
  assert.equal(one._item?.deleted, false)
  assert.equal(one.toString(), '<poem meter="iamb"><verse>Shall I compare thee</verse></poem>')
  assert.notEqual(stored(sheet.doc), inside)
})

test('[P9] what others write inside an unknown block is shown, and stays through edits made at once', () => {
  const ada = new Sheet(bodyOf(['paragraph', {}, 'before'], poem))
  const ben = new Sheet()
  Y.applyUpdate(ben.doc, Y.encodeStateAsUpdate(ada.doc))
  const verse = poemIn(ada).get(0)
  assert.ok(verse instanceof Y.XmlElement)
  verse.insert(1, [new Y.XmlText(' to a summer’s day')])
  ben.edit((transform) => transform.split(4)).edit((transform) => transform.insertText('x', 1))
  Y.applyUpdate(ben.doc, Y.encodeStateAsUpdate(ada.doc))
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(ben.doc))
  for (const sheet of [ada, ben]) {
    assert.equal(sheet.shown.toString(), 'doc(paragraph("xbef"), paragraph("ore"), unknownBlock)')
    assert.equal(sheet.shown.lastChild?.attrs['text'], 'Shall I compare thee to a summer’s day')
  }
})

test('[P9] an unknown block goes when it is removed, and only then', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'a'], poem))
  const at = sheet.place('unknownBlock')
  sheet.edit((transform) => transform.delete(at, at + 1))
  assert.equal(sheet.body.toString(), '<paragraph>a</paragraph>')
})

test('[P9] moved or cut and pasted, an unknown block arrives whole; copied, there are two', () => {
  const moved = new Sheet(bodyOf(['paragraph', {}, 'a'], poem, ['blockquote', {}, ['paragraph', {}, 'b']]))
  const text = poemIn(moved).toString()
  const take = (sheet: Sheet): Node => sheet.shown.child(1)
  const block = take(moved)
  moved.edit((transform) => transform.delete(3, 4).insert(4, block)) // in one act, to within the quote
  assert.equal(
    moved.body.toString(),
    `<paragraph>a</paragraph><blockquote>${text}<paragraph>b</paragraph></blockquote>`,
  )

  const cut = new Sheet(bodyOf(['paragraph', {}, 'a'], poem))
  const slip = take(cut)
  cut.edit((transform) => transform.delete(3, 4))
  cut.edit((transform) => transform.insert(0, slip)).edit((transform) => transform.insert(0, slip))
  assert.equal(cut.body.toString(), `${text}${text}<paragraph>a</paragraph>`)
  assert.notEqual(cut.shown.child(0).attrs['of'], cut.shown.child(1).attrs['of'], 'each stands for its own')
  cut.edit((transform) => transform.delete(0, 1))
  assert.equal(cut.body.toString(), `${text}<paragraph>a</paragraph>`)
})

test('[P9] an unknown block in what is removed can be pasted again', () => {
  const sheet = new Sheet(bodyOf(['blockquote', {}, ['paragraph', {}, 'a'], poem], ['paragraph', {}, 'b']))
  const text = poemIn(sheet).toString()
  const quote = sheet.shown.child(0)
  sheet.edit((transform) => transform.delete(0, quote.nodeSize))
  assert.equal(sheet.body.toString(), '<paragraph>b</paragraph>')
  sheet.edit((transform) => transform.insert(0, quote))
  assert.equal(
    sheet.body.toString(),
    `<blockquote><paragraph>a</paragraph>${text}</blockquote><paragraph>b</paragraph>`,
  )
})

test('[P9] an unknown block that nobody here has ever seen is not made up', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'a']))
  sheet.edit((transform) => transform.insert(0, grammar.node('unknownBlock', { of: '7-7' })))
  assert.equal(sheet.body.toString(), '<paragraph>a</paragraph>')
  assert.equal(sheet.shown.toString(), 'doc(paragraph("a"))')
})

test('[P9] unknown things in a line stay where they are while the text around them changes', () => {
  const line: Sketch = ['paragraph', {}, [{ insert: 'ab' }, { insert: { image: 'x' } }, { insert: 'cd' }]]
  const sheet = new Sheet(bodyOf(line))
  sheet.edit((transform) => transform.insertText('!', 5)).edit((transform) => transform.insertText('!', 1))
  sheet.edit((transform) => transform.addMark(1, 8, grammar.mark('bold')))
  const strong = { bold: {} }
  assert.deepEqual(delta(sheet), [
    { insert: '!ab', attributes: strong },
    { insert: { image: 'x' }, attributes: strong },
    { insert: 'c!d', attributes: strong },
  ])
  const slip = sheet.shown.slice(4, 5)
  sheet.edit((transform) => transform.delete(4, 5)).edit((transform) => transform.replace(1, 1, slip))
  assert.equal(sheet.shown.toString(), 'doc(paragraph(bold(unknownInline), bold("!abc!d")))')
  assert.deepEqual((delta(sheet) as object[])[0], { insert: { image: 'x' }, attributes: strong })
})

const lit = { glow: { color: 'red' } }
const marked = (): Sheet =>
  new Sheet(
    bodyOf([
      'paragraph',
      {},
      [{ insert: 'plain ' }, { insert: 'marked', attributes: lit }, { insert: ' plain' }],
    ]),
  )

test('[L1] [P9] unknown marks stay when somebody types in the middle of them', () => {
  const sheet = marked()
  const at = sheet.find('marked') + 3
  sheet.edit((transform) => transform.insertText('MID', at))
  assert.deepEqual(delta(sheet), [
    { insert: 'plain ' },
    { insert: 'marMIDked', attributes: lit },
    { insert: ' plain' },
  ])
})

test('[L1] [P9] unknown marks stay when a known one comes and goes, also one that tolerates no other', () => {
  for (const name of ['bold', 'code']) {
    const sheet = marked()
    const type = grammar.mark(name)
    sheet.edit((transform) => transform.addMark(1, 10, type))
    sheet.edit((transform) => transform.removeMark(1, transform.doc.content.size - 1, type))
    assert.deepEqual(delta(sheet), delta(marked()), name)
  }
})

test('[L1] [P9] unknown marks stay when their text is split and joined', () => {
  const sheet = marked()
  const at = sheet.find('marked') + 3
  sheet.edit((transform) => transform.split(at))
  assert.equal(sheet.body.length, 2)
  sheet.edit((transform) => transform.join(at + 1))
  assert.deepEqual(delta(sheet), delta(marked()))
})

test('a letter typed beside the same letter takes its place by its marks', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, [{ insert: 'aa', attributes: lit }]]))
  sheet.edit((transform) => transform.insert(1, grammar.text('a')))
  assert.deepEqual(delta(sheet), [{ insert: 'a' }, { insert: 'aa', attributes: lit }])
})

test('[L1] [P9] unknown attributes stay when others and the content change, and move with their block', () => {
  const sheet = new Sheet(
    bodyOf(['heading', { level: 2, align: 'right' }, 'a'], ['paragraph', { align: 'left' }, 'b']),
  )
  sheet
    .edit((transform) => transform.setNodeMarkup(0, null, { level: 3 }))
    .edit((transform) => transform.insertText('x', 1))
  assert.deepEqual(first(sheet).getAttributes(), { level: 3, align: 'right' })
  const paragraph = sheet.shown.child(1)
  sheet.edit((transform) =>
    transform.replaceWith(4, 4 + paragraph.nodeSize, grammar.node('blockquote', null, paragraph)),
  )
  assert.equal(sheet.body.get(1).toString(), '<blockquote><paragraph align="left">b</paragraph></blockquote>')
})

test('[L1] a known mark keeps attributes that are unknown', () => {
  const link = { link: { href: 'https://quire.example', title: 'Quire' } }
  const sheet = new Sheet(bodyOf(['paragraph', {}, [{ insert: 'ab', attributes: link }]]))
  sheet.edit((transform) => transform.insertText('x', 2)).edit((transform) => transform.split(3))
  assert.deepEqual(delta(sheet), [{ insert: 'ax', attributes: link }])
  assert.deepEqual(
    (sheet.body.get(1) as Y.XmlElement).get(0).toString(),
    '<link href="https://quire.example" title="Quire">b</link>',
  )
})

test('[P1] emptying a line leaves room for what somebody else writes in it at the same time', () => {
  const ada = new Sheet(bodyOf(['paragraph', {}, 'a']))
  const ben = new Sheet()
  Y.applyUpdate(ben.doc, Y.encodeStateAsUpdate(ada.doc))
  ada.edit((transform) => transform.delete(1, 2))
  ben.edit((transform) => transform.insertText('ben', 2))
  Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(ben.doc))
  assert.equal(ada.shown.toString(), 'doc(paragraph("ben"))')
})

test('[L12] no edit parts a surrogate pair', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'a🙂b']))
  sheet.edit((transform) => transform.insertText('🙃', 2).delete(4, 6))
  assert.deepEqual(delta(sheet), [{ insert: 'a🙃b' }])
  sheet.edit((transform) => transform.replaceWith(2, 4, grammar.text('😀🙂')))
  assert.deepEqual(delta(sheet), [{ insert: 'a😀🙂b' }])
})

test('[P8] what a stock binding writes reads the same, and the other way round', () => {
  for (let seed = 0; seed < 50; seed++) {
    const json = grammar.nodeFromJSON(write(chanceOf(seed))).toJSON()
    const doc = new Y.Doc()
    prosemirrorJSONToYXmlFragment(grammar, json, doc.getXmlFragment(bodyRoot))
    const { shown } = new Sheet(doc)
    const ours = new Sheet().edit((transform) =>
      transform.replaceWith(0, 2, grammar.nodeFromJSON(json).content),
    )
    assert.ok(ours.shown.eq(grammar.nodeFromJSON(yXmlFragmentToProsemirrorJSON(ours.body))), `SEED=${seed}`)
    assert.equal(JSON.stringify(shown), JSON.stringify(ours.shown), `SEED=${seed}`)
  }
})

test('marks of things in a line are stored with them, travel, and come off again', () => {
  const sheet = new Sheet(bodyOf(['paragraph', {}, 'so ', ['mention', { label: 'Ada' }], ' is']))
  const bold = grammar.mark('bold')
  const at = sheet.place('mention')
  sheet.edit((tr) =>
    tr
      .addMark(1, tr.doc.content.size - 1, bold)
      .addMark(at, at + 1, grammar.mark('textColor', { color: 'teal' })),
  )
  const told = new Sheet()
  Y.applyUpdate(told.doc, Y.encodeStateAsUpdate(sheet.doc))
  assert.equal(told.shown.toString(), 'doc(paragraph(bold("so "), bold(textColor(mention)), bold(" is")))')
  assert.equal(
    told.shown.nodeAt(at)?.marks.find(({ type }) => type.name === 'textColor')?.attrs['color'],
    'teal',
  )
  told.edit((tr) => tr.removeMark(1, tr.doc.content.size - 1, bold))
  assert.equal(told.shown.toString(), 'doc(paragraph("so ", textColor(mention), " is"))')
  told.edit((tr) => tr.setNodeAttribute(at, 'label', 'Ben'))
  told.edit((tr) => tr.insert(told.shown.content.size, tr.doc.child(0)))
  assert.equal(
    told.shown.lastChild?.toString(),
    'paragraph("so ", textColor(mention), " is")',
    'what is copied has its marks',
  )
  assert.equal(told.shown.nodeAt(at)?.attrs['unknown'] ?? null, null)
})

test('[L1] [P9] a mark of a thing in a line that is unknown stays while others come and go', () => {
  const doc = bodyOf(['paragraph', {}, ['mention', { label: 'Ada', _mark_glow: { by: 7 }, _mark_bold: 5 }]])
  const sheet = new Sheet(doc)
  sheet.shown.check()
  sheet.edit((tr) => tr.addMark(1, 2, grammar.mark('italic')))
  sheet.edit((tr) => tr.removeMark(1, 2, grammar.mark('italic')))
  const mention = first(sheet).get(0)
  assert.ok(mention instanceof Y.XmlElement)
  assert.deepEqual(mention.getAttribute('_mark_glow'), { by: 7 })
  assert.equal(mention.getAttribute('_mark_italic'), undefined)
})
