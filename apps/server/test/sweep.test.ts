import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openBlobFolder } from '@quire/storage/blobfolder'
import { hashOf, keep, read } from '@quire/storage/blobcontract'
import { openMemory } from '@quire/storage/memory'
import type { Store } from '@quire/storage/store'
import * as Y from 'yjs'
import { createLog } from '../src/log.ts'
import { Locks } from '../src/uploads/locks.ts'
import { sweep } from '../src/uploads/sweep.ts'
import { Browser, folder, house } from './house.ts'
import type { Listed } from './house.ts'
import { png, uploaded } from './upload.ts'

const day = 86_400_000
const grace = 7 * day

const scene = async (t: TestContext, store: Store = openMemory()) => {
  const blobs = await openBlobFolder(join(folder(t), 'files'))
  const locks = new Locks()
  const log = createLog('silent', { write: () => {} })
  return {
    store,
    blobs,
    locks,
    at: (now: number) => sweep({ store, blobs, locks, grace, now: () => now, log }),
    /** A file that came to this room at this time, with one byte of its own. */
    file: async (room: string, id: string, byte: number, now: number) => {
      const hash = await keep(blobs, Buffer.of(byte))
      const more = {
        name: 'x',
        mime: 'image/png',
        size: 1,
        width: null,
        height: null,
        author: 'ada',
        created: now,
      }
      await store.files.add({ room, id, hash, ...more }, now + grace, 1e9)
    },
    there: async (byte: number) => (await read(blobs, hashOf(Buffer.of(byte)))) !== null,
  }
}

/** What a room says, as a page would have written it. */
const say = async (store: Store, room: string, ...words: string[]): Promise<void> => {
  const log = store.log(room)
  await log.load()
  for (const word of words) {
    const doc = new Y.Doc()
    const image = new Y.XmlElement('image')
    image.setAttribute('file', word)
    doc.getXmlFragment('body').insert(0, [image])
    await log.append({ update: Y.encodeStateAsUpdate(doc), author: 'ada', owners: [], schema: 0 })
  }
}

test('a file that no document mentions is gone after the grace period and not before; one that is mentioned stays', async (t) => {
  const { store, at, file, there } = await scene(t)
  const [used, unused] = ['used'.padEnd(22, '-'), 'unused'.padEnd(22, '-')]
  await file('room', used, 1, 0)
  await file('room', unused, 2, 0)
  await say(store, 'room', used)
  await at(grace - 1)
  assert.deepEqual([await there(1), await there(2)], [true, true])
  await at(grace)
  assert.deepEqual([await there(1), await there(2)], [true, false])
  assert.deepEqual(
    (await store.files.of('room')).map(({ id }) => id),
    [used],
  )
  for (let now = grace; now < 100 * grace; now += grace) await at(now)
  assert.equal(await there(1), true)
})

test('a file that was deleted from the page stays as long as the history shows it', async (t) => {
  const { store, at, file, there } = await scene(t)
  const id = 'deleted'.padEnd(22, '-')
  await file('room', id, 1, 0)
  const log = store.log('room')
  await log.load()
  const doc = new Y.Doc()
  const write = async (change: () => void): Promise<void> => {
    const before = Y.encodeStateVector(doc)
    change()
    await log.append({ update: Y.encodeStateAsUpdate(doc, before), author: 'ada', owners: [], schema: 0 })
  }
  const image = new Y.XmlElement('image')
  await write(() => {
    doc.getXmlFragment('body').insert(0, [image])
    image.setAttribute('file', id)
  })
  await write(() => doc.getXmlFragment('body').delete(0, 1))
  const base = await log.compact()
  assert.ok('state' in base && !Buffer.from(base.state).includes(id)) // the base has forgotten it
  for (let now = grace; now < 10 * grace; now += grace) await at(now)
  assert.equal(await there(1), true)
})

test('what was mentioned and is not any more is missed twice before it goes', async (t) => {
  let mentioned = true
  const store = openMemory()
  const { at, file, there } = await scene(t, { ...store, mentions: async () => mentioned })
  await file('room', 'x'.repeat(22), 1, 0)
  await at(grace)
  mentioned = false
  await at(2 * grace)
  assert.equal(await there(1), true)
  await at(3 * grace - 1)
  assert.equal(await there(1), true)
  await at(3 * grace)
  assert.equal(await there(1), false)
})

test('bytes that two documents have go with the last of them', async (t) => {
  const { store, at, file, there } = await scene(t)
  await file('one', 'a'.repeat(22), 1, 0)
  await file('two', 'b'.repeat(22), 1, 0)
  await say(store, 'two', 'b'.repeat(22))
  await at(grace)
  assert.deepEqual([await store.files.of('one'), await there(1)], [[], true])
})

test('bytes that came and were never noted, as a crash leaves them, are gone at the next sweep', async (t) => {
  const { blobs, at, there } = await scene(t)
  await keep(blobs, Buffer.of(9))
  await at(1)
  assert.equal(await there(9), false)
})

test('a file that comes while its bytes are swept is not lost', async (t) => {
  const { store, blobs, locks, at, file, there } = await scene(t)
  await file('room', 'a'.repeat(22), 1, 0)
  const hash = hashOf(Buffer.of(1))
  let noted: Promise<unknown> = Promise.resolve()
  // somebody brings the same bytes at the very moment in which the last note of them goes
  const drop = store.files.drop.bind(store.files)
  store.files.drop = async (due) => {
    await drop(due)
    noted = locks.hold(hash, async () => {
      await keep(blobs, Buffer.of(1))
      await file('other', 'b'.repeat(22), 1, grace)
    })
  }
  await at(grace)
  await noted
  assert.deepEqual([(await store.files.of('other')).length, await there(1)], [1, true])
})

test('an upload of a page that goes on being used survives a real server, and its history', async (t) => {
  const data = folder(t)
  const home = await house(t, { data })
  const ada = new Browser(home)
  const { id: room } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const [kept, lost] = [
    await uploaded(home, ada, room, png(1, 1)),
    await uploaded(home, ada, room, png(2, 2)),
  ]
  await say(home.store, room, kept.id)
  const { store } = home
  const blobs = await openBlobFolder(join(data, 'files'))
  const log = createLog('silent', { write: () => {} })
  await sweep({ store, blobs, locks: new Locks(), grace, now: () => Date.now() + grace + day, log })
  const status = async (id: string): Promise<number> =>
    (await ada.ask('GET', `/api/documents/${room}/files/${id}`)).status
  assert.deepEqual([await status(kept.id), await status(lost.id)], [200, 404])
})
