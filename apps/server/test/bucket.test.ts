import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openS3 } from '@quire/storage/s3'
import { bucket } from '../../../packages/storage/test/bucket.ts'
import { Browser, folder, house } from './house.ts'
import type { Listed } from './house.ts'
import { png, upload, uploaded } from './upload.ts'

test('a document with its files in a bucket: brought, shown, in parts, and told when the bucket fails', async (t) => {
  const there = await bucket(t)
  const blobs = await openS3(there.access, join(folder(t), 'files'))
  const home = await house(t, { blobs: () => blobs })
  const ada = new Browser(home)
  const { id: room } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const bytes = png(7, 8)
  const { id } = await uploaded(home, ada, room, bytes)
  assert.equal(there.objects.size, 1)
  const path = `/api/documents/${room}/files/${id}`
  const whole = await ada.ask('GET', path)
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes)
  const part = await ada.ask('GET', path, undefined, { range: 'bytes=1-3' })
  assert.equal(part.status, 206)
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(1, 4))
  there.fail(true)
  assert.equal((await upload(home, ada, room, png(9, 9))).status, 500)
  assert.equal((await ada.ask('GET', path)).status, 500)
  there.fail(false)
  assert.equal((await upload(home, ada, room, png(9, 9))).status, 201)
})
