import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { elsewhere } from '../src/media/elsewhere.ts'
import { foreignFiles } from '../src/media/foreign.ts'
import { kindOf, pastedFiles, sizeInWords } from '../src/media/kinds.ts'
import { newToken, settle, tellSize } from '../src/media/placeholder.ts'
import { widthIn } from '../src/media/resizing.ts'
import { outcomeOf } from '../src/media/send.ts'
import { tellUploads, uploaderOf } from '../src/media/sharing.ts'
import { Uploads } from '../src/media/uploads.ts'
import type { Outcome, Send, Stored } from '../src/media/uploads.ts'

const stored: Stored = { id: 'A'.repeat(22), mime: 'image/png', size: 9, width: 4, height: 3 }
const file = (name: string): File => new File(['x'], name)

/** A server that answers when the test says so. */
const lent = () => {
  const sent: {
    file: File
    answer: (outcome: Outcome) => void
    progress: (part: number) => void
    stopped: boolean
  }[] = []
  const send: Send = (sending, progress) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const one = { file: sending, answer: resolve, progress, stopped: false }
    sent.push(one)
    return { outcome: promise, stop: () => void (one.stopped = true) }
  }
  return { send, sent, names: () => sent.map(({ file: { name } }) => name) }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('three files are sent at once, and the next when one has arrived or failed', async () => {
  const { send, sent, names } = lent()
  const uploads = new Uploads(send)
  for (const name of ['a', 'b', 'c', 'd', 'e']) uploads.add(name, file(name))
  assert.deepEqual(names(), ['a', 'b', 'c'])
  assert.equal(uploads.of('d')?.state, 'waiting')
  sent[1]?.answer({ stored })
  await turn()
  assert.deepEqual(names(), ['a', 'b', 'c', 'd'])
  sent[0]?.answer({ failure: 'unreachable', limit: '' })
  await turn()
  assert.deepEqual(names(), ['a', 'b', 'c', 'd', 'e'])
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((token) => uploads.of(token)?.state),
    ['failed', 'arrived', 'sending', 'sending', 'sending'],
  )
})

test('a failed upload keeps its file and says why, and is sent again when asked', async () => {
  const { send, sent } = lent()
  const uploads = new Uploads(send)
  const cat = file('cat.png')
  uploads.add('a', cat)
  sent[0]?.answer({ failure: 'too-large', limit: '50 MB' })
  await turn()
  assert.deepEqual(uploads.of('a'), { state: 'failed', file: cat, failure: 'too-large', limit: '50 MB' })
  uploads.retry('a')
  assert.equal(sent[1]?.file, cat)
  sent[1]?.progress(0.5)
  assert.deepEqual(uploads.pending, { a: 50 })
  uploads.retry('a') // it is not failed now
  assert.equal(sent.length, 2)
  sent[1]?.answer({ stored })
  await turn()
  assert.deepEqual([uploads.of('a'), uploads.pending], [{ state: 'arrived', stored }, {}])
})

test('what nobody wants any more is stopped, and what it still answers counts for nothing', async () => {
  const { send, sent } = lent()
  const uploads = new Uploads(send)
  const heard: string[] = []
  uploads.subscribe((token) => heard.push(token))
  uploads.add('a', file('a'))
  uploads.drop('a')
  sent[0]?.progress(0.7)
  sent[0]?.answer({ stored })
  await turn()
  assert.equal(sent[0]?.stopped, true)
  assert.equal(uploads.of('a'), null)
  assert.ok(heard.length > 0 && heard.every((token) => token === 'a'))
})

test('whatever a server answers is an outcome', () => {
  assert.deepEqual(outcomeOf(201, JSON.stringify({ ...stored, name: 'cat.png' })), { stored })
  const failure = (status: number, body: unknown) =>
    outcomeOf(status, typeof body === 'string' ? body : JSON.stringify(body))
  assert.deepEqual(failure(413, { error: 'too-large', message: 'A file is at most 50 MB.' }), {
    failure: 'too-large',
    limit: '50 MB',
  })
  assert.deepEqual(failure(413, '<html>nginx</html>'), { failure: 'too-large', limit: '' })
  assert.deepEqual(failure(507, { error: 'no-room' }), { failure: 'no-room', limit: '' })
  assert.deepEqual(failure(404, { error: 'not-found' }), { failure: 'forbidden', limit: '' })
  assert.deepEqual(failure(0, ''), { failure: 'unreachable', limit: '' })
  for (const odd of ['', 'null', '[]', '{"id":7}', '7'])
    assert.equal('failure' in outcomeOf(201, odd), true, odd)
})

/** A shared text with a block for an upload in it, deep in something. */
const shared = (token: string, name: string) => {
  const doc = new Y.Doc()
  const root = doc.getXmlFragment('body')
  const [quote, block] = [new Y.XmlElement('blockquote'), new Y.XmlElement(name)]
  quote.insert(0, [block])
  block.setAttribute('upload', token)
  root.insert(0, [new Y.XmlElement('paragraph'), quote])
  return { doc, root, block }
}

test('what has arrived takes the place of what stood for it, wherever that is, and is no step of undo', () => {
  for (const name of ['image', 'file', 'video']) {
    const token = newToken()
    const { root, block } = shared(token, name)
    const undo = new Y.UndoManager(root, { trackedOrigins: new Set(['hand']) })
    tellSize(root, token, 40, 30)
    assert.equal(block.getAttribute('natural'), name === 'image' ? '40x30' : undefined)
    assert.equal(settle(root, newToken(), stored), false)
    assert.equal(settle(root, token, stored), true)
    assert.deepEqual(
      block.getAttributes(),
      name === 'image'
        ? { file: stored.id, natural: '4x3' }
        : name === 'file'
          ? { file: stored.id, size: 9, mime: 'image/png' }
          : { file: stored.id },
    )
    assert.equal(undo.undoStack.length, 0)
    assert.equal(settle(root, token, stored), false)
  }
})

test('tokens are unlike each other, and fit what the grammar takes', () => {
  const tokens = new Set(Array.from({ length: 1000 }, newToken))
  assert.equal(tokens.size, 1000)
  for (const token of tokens) assert.match(token, /^[\w-]{32}$/)
})

test('the others hear who is uploading, in steps of a tenth, and nothing when all has arrived', (t) => {
  const [ada, ben] = [new Awareness(new Y.Doc()), new Awareness(new Y.Doc())]
  t.after(() => [ada, ben].forEach((awareness) => awareness.destroy()))
  let told = 0
  ada.on('change', () => told++)
  const hear = (): void => void ben.states.set(ada.clientID, ada.getLocalState() ?? {})
  ada.setLocalStateField('user', { id: 'ada', name: 'Ada', color: '#112233' })
  tellUploads(ada, { abc: 14 })
  hear()
  assert.deepEqual(uploaderOf(ben, null, 'abc'), { name: 'Ada', part: 0.1 })
  assert.equal(uploaderOf(ada, null, 'abc'), null) // oneself is no other
  assert.equal(uploaderOf(ben, null, 'constructor'), null)
  const before = told
  tellUploads(ada, { abc: 19 })
  assert.equal(told, before)
  tellUploads(ada, {})
  hear()
  assert.equal(uploaderOf(ben, null, 'abc'), null)
  for (const hostile of [null, 7, 'abc', { abc: 'x' }, { abc: 1e9 }, { abc: Number.NaN }]) {
    ben.states.set(ada.clientID, { uploads: hostile })
    const part = uploaderOf(ben, null, 'abc')?.part ?? 0
    assert.ok(part >= 0 && part <= 1, JSON.stringify(hostile))
  }
})

test('files are pasted, but not where they are only a picture of the text beside them', () => {
  const data = (html: string, ...files: File[]) => ({
    files: files as unknown as FileList, // all that is asked of it is to be gone through
    getData: (type: string) => (type === 'text/html' ? html : ''),
  })
  const cat = file('cat.png')
  assert.deepEqual(pastedFiles(data('', cat)), [cat])
  assert.deepEqual(pastedFiles(data('<meta charset=utf-8><img src="https://example.org/cat.png">', cat)), [
    cat,
  ])
  assert.deepEqual(pastedFiles(data('<style>td { color: red }</style><table><td>12</table>', cat)), [])
  assert.deepEqual(pastedFiles(data('<p>words</p>')), [])
})

test('only what a browser shows safely is an image or a film', () => {
  const kind = (type: string) => kindOf({ type })
  assert.deepEqual(['image/png', 'image/svg+xml', 'video/webm', 'video/x-matroska', ''].map(kind), [
    'image',
    'file',
    'video',
    'file',
    'file',
  ])
})

test('sizes are said as people say them', () => {
  assert.deepEqual([0, 999, 1000, 9_949, 15_400, 999_499, 999_500, 52_428_800, 1e12].map(sizeInWords), [
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '15 kB',
    '999 kB',
    '1.0 MB',
    '52 MB',
    '1000 GB',
  ])
})

test('a width is a whole percent within bounds', () => {
  assert.deepEqual([-5, 9.9, 10, 33.3, 100.4, 1e9, Number.NaN].map(widthIn), [10, 10, 10, 33, 100, 100, 100])
})

test('the files of other documents are found in what is pasted', () => {
  const id = 'A'.repeat(22)
  const html = `<figure data-image="" data-file="${id}" alt="a > b" data-document="there"><img></figure>`
  assert.deepEqual([...foreignFiles(html, 'here')], [[id, 'there']])
  assert.deepEqual([...foreignFiles(html, 'there')], [])
  for (const odd of [
    '',
    '<figure data-document="x">',
    '<figure data-file="short" data-document="x">',
    '<'.repeat(9999),
  ])
    assert.equal(foreignFiles(odd, 'here').size, 0)
  const many = `<i ${'x '.repeat(50_000)}`.repeat(20)
  assert.equal(foreignFiles(many, 'here').size, 0)
})

test('[C2] of other sites only pictures over https are ever loaded, whatever the document says', () => {
  assert.deepEqual(elsewhere('https://example.org:8443/cat.png?a=b'), {
    address: 'https://example.org:8443/cat.png?a=b',
    host: 'example.org:8443',
  })
  for (const src of [
    'http://example.org/cat.png',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'blob:https://example.org/x',
    'file:///etc/passwd',
    '//example.org/cat.png',
    'https://',
    '/api/me',
    '',
    null,
    7,
    { toString: () => 'https://example.org' },
  ])
    assert.equal(elsewhere(src), null, String(src))
})
