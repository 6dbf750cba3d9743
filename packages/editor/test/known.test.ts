import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prosemirrorJSONToYXmlFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { strangerIn, strangerOf } from '../src/known.ts'
import { bodyRoot } from '../src/roots.ts'
import { schema } from '../src/schema.ts'
import { retitle } from '../src/title.ts'
import { chanceOf, write } from './writer.ts'

const grammar = schema()

/** What each way of asking says about a change made by somebody else. */
const asked = (change: (body: Y.XmlFragment, doc: Y.Doc) => void): [string | null, string | null] => {
  const ada = new Y.Doc()
  const ben = new Y.Doc()
  let live: string | null = null
  ben.on('beforeObserverCalls', (transaction: Y.Transaction) => {
    live ??= strangerOf(transaction, grammar)
  })
  ada.on('update', (update: Uint8Array) => Y.applyUpdate(ben, update))
  change(ada.getXmlFragment(bodyRoot), ada)
  return [strangerIn(ben, grammar), live]
}

test('[P9] everything this grammar writes is known to it', () => {
  for (let seed = 0; seed < 50; seed++)
    assert.deepEqual(
      asked((body) => {
        prosemirrorJSONToYXmlFragment(grammar, write(chanceOf(seed)), body)
      }),
      [null, null],
      `SEED=${seed}`,
    )
})

test('[P9] an unknown block is found, at the top and deep inside', () => {
  assert.deepEqual(
    asked((body) => body.insert(0, [new Y.XmlElement('callout')])),
    ['callout', 'callout'],
  )
  const inner = (body: Y.XmlFragment): void => {
    const quote = new Y.XmlElement('blockquote')
    quote.insert(0, [new Y.XmlElement('constructor')])
    body.insert(0, [quote])
  }
  assert.deepEqual(asked(inner), ['constructor', 'constructor'])
})

test('[P9] an unknown mark, attribute or embedded thing is found', () => {
  const text = (write: (text: Y.XmlText, paragraph: Y.XmlElement) => void) => (body: Y.XmlFragment) => {
    const paragraph = new Y.XmlElement('paragraph')
    const line = new Y.XmlText()
    paragraph.insert(0, [line])
    body.insert(0, [paragraph])
    write(line, paragraph)
  }
  assert.deepEqual(asked(text((line) => line.insert(0, 'a', { highlight: {} }))), ['highlight', 'highlight'])
  assert.deepEqual(asked(text((line) => line.insert(0, 'a', { bold: {} }))), [null, null])
  assert.deepEqual(asked(text((_, paragraph) => paragraph.setAttribute('align', 'right'))), [
    'paragraph.align',
    'paragraph.align',
  ])
  assert.deepEqual(asked(text((line) => line.insertEmbed(0, { image: 'x' }))), [
    'ContentEmbed',
    'ContentEmbed',
  ])
})

test('[P9] text and hooks where only blocks may be are found', () => {
  assert.equal(asked((body) => body.insert(0, [new Y.XmlText('a')]))[0], 'text outside of a block')
  // @ts-expect-error Yjs's types forbid what its wire allows
  assert.equal(asked((body) => body.insert(0, [new Y.XmlHook('a')]))[0], 'YXmlHook')
})

test('what was removed, and what is in other parts of the document, does not count', () => {
  const removed = (body: Y.XmlFragment): void => {
    body.insert(0, [new Y.XmlElement('callout')])
    body.delete(0, 1)
  }
  assert.equal(asked(removed)[0], null)
  const elsewhere = (_: Y.XmlFragment, doc: Y.Doc): void => {
    retitle(doc, 'Title')
    doc.getMap('settings').set('wide', true)
    doc.getXmlFragment('other').insert(0, [new Y.XmlElement('callout')])
  }
  assert.deepEqual(asked(elsewhere), [null, null])
})
