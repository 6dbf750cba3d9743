import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { blobPath, copyBlob, openBlobFolder } from '../src/blobfolder.ts'
import { openS3 } from '../src/s3.ts'
import { blobContract, hashOf, keep, read } from './blobcontract.ts'
import { bucket } from './bucket.ts'
import { folder } from './folder.ts'

blobContract('folder', () => {
  const home = folder()
  return { open: () => openBlobFolder(home) }
})

blobContract('s3', async (t) => {
  const [there, home] = [await bucket(t), folder()]
  return { open: () => openS3(there.access, home) }
})

test('[B2] half a file under the name of a whole one gives way to the whole one', async () => {
  const home = folder()
  const bytes = Buffer.from('all of it')
  const place = blobPath(home, hashOf(bytes))
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, 'all')
  const blobs = await openBlobFolder(home)
  assert.deepEqual(await read(blobs, await keep(blobs, bytes)), bytes)
})

test('copying a blob copies it once, and says when there is none', async () => {
  const [from, to] = [folder(), folder()]
  const bytes = Buffer.from('a picture')
  const hash = await keep(await openBlobFolder(from), bytes)
  assert.equal(await copyBlob(from, to, hash), true)
  assert.equal(await copyBlob(from, to, hash), true)
  assert.deepEqual(await read(await openBlobFolder(to), hash), bytes)
  assert.equal(await copyBlob(from, to, 'a'.repeat(64)), false)
})

test('a bucket takes nothing from somebody with the wrong key, and says so', async (t) => {
  const there = await bucket(t)
  const blobs = await openS3({ ...there.access, secret: 'wrong' }, folder())
  await assert.rejects(keep(blobs, Buffer.from('x')), /403/)
  await assert.rejects(read(blobs, 'a'.repeat(64), 0, 5), /403/)
})

test('a bucket that fails rejects, and the draft is kept', async (t) => {
  const there = await bucket(t)
  const home = folder()
  const blobs = await openS3(there.access, home)
  there.fail(true)
  const draft = join(blobs.drafts, 'a.part')
  writeFileSync(draft, 'again later')
  const hash = hashOf(Buffer.from('again later'))
  await assert.rejects(blobs.keep(hash, draft), /503/)
  there.fail(false)
  await blobs.keep(hash, draft)
  assert.equal(String(await read(blobs, hash)), 'again later')
})
