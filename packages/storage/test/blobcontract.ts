import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Blobs } from '../src/blobs.ts'

/** Where blobs are kept. */
export interface BlobPlace {
  readonly open: () => Promise<Blobs>
}

/** The name of some bytes. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Keeps some bytes and returns their name. */
export const keep = async (blobs: Blobs, bytes: Uint8Array): Promise<string> => {
  const draft = join(blobs.drafts, `${randomUUID()}.part`)
  writeFileSync(draft, bytes)
  await blobs.keep(hashOf(bytes), draft)
  assert.ok(!existsSync(draft))
  return hashOf(bytes)
}

/** What a store has of a hash, or null. */
export const read = async (blobs: Blobs, hash: string, first = 0, end = 1e9): Promise<Buffer | null> => {
  const stream = await blobs.read(hash, first, end)
  if (stream === null) return null
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

const all = async (blobs: Blobs): Promise<string[]> => {
  const hashes: string[] = []
  for await (const hash of blobs.list()) hashes.push(hash)
  return hashes.toSorted()
}

/** The rules of SPEC.md that every store of bytes must keep, as tests. `place` gives one that nobody has used. */
export const blobContract = (
  name: string,
  place: (t: TestContext) => BlobPlace | Promise<BlobPlace>,
): void => {
  const story = (title: string, tell: (blobs: Blobs, again: () => Promise<Blobs>) => Promise<void>): void => {
    test(`${title} (${name})`, async (t) => {
      const { open } = await place(t)
      await tell(await open(), open)
    })
  }

  story('[B1] what was kept is read back, whole and in parts', async (blobs, again) => {
    const bytes = randomBytes(300_000)
    const hash = await keep(blobs, bytes)
    for (const now of [blobs, await again()]) {
      assert.deepEqual(await read(now, hash), bytes)
      assert.deepEqual(await read(now, hash, 1000, 2000), bytes.subarray(1000, 2000))
      assert.deepEqual(await read(now, hash, 299_999, 300_000), bytes.subarray(299_999))
    }
  })

  story('[B1] a file without a byte is a file', async (blobs) => {
    const hash = await keep(blobs, Buffer.alloc(0))
    assert.deepEqual(await read(blobs, hash, 0, 0), Buffer.alloc(0))
  })

  story('[B2] the same bytes lie there once, however often they come', async (blobs) => {
    const bytes = randomBytes(5000)
    const hash = await keep(blobs, bytes)
    assert.equal(await keep(blobs, bytes), hash)
    assert.deepEqual(await all(blobs), [hash])
    assert.deepEqual(await read(blobs, hash), bytes)
  })

  story('[B3] what was removed is gone, and may come again', async (blobs) => {
    const [bytes, other] = [randomBytes(100), randomBytes(100)]
    const [hash, stays] = [await keep(blobs, bytes), await keep(blobs, other)]
    await blobs.remove(hash)
    await blobs.remove(hash)
    assert.equal(await read(blobs, hash), null)
    assert.deepEqual(await all(blobs), [stays])
    await keep(blobs, bytes)
    assert.deepEqual(await read(blobs, hash), bytes)
  })

  story('[B4] what was never there is nothing', async (blobs) => {
    assert.equal(await read(blobs, 'a'.repeat(64)), null)
    assert.equal(await read(blobs, 'a'.repeat(64), 0, 0), null)
    assert.deepEqual(await all(blobs), [])
  })

  story('[B4] a list has all there are, however many', async (blobs) => {
    const hashes = await Promise.all([1, 2, 3, 4, 5].map((byte) => keep(blobs, Buffer.of(byte))))
    assert.deepEqual(await all(blobs), hashes.toSorted())
  })

  story('[B5] drafts of a process before are gone', async (blobs, again) => {
    writeFileSync(join(blobs.drafts, 'half.part'), 'half of somethi')
    const next = await again()
    assert.deepEqual(readdirSync(next.drafts), [])
    assert.deepEqual(await all(next), [])
  })

  story('[B6] who reads a file while it is removed gets all of it or an error, never less', async (blobs) => {
    const bytes = randomBytes(2_000_000)
    const hash = await keep(blobs, bytes)
    const stream = await blobs.read(hash, 0, bytes.length)
    await blobs.remove(hash)
    const parts: Uint8Array[] = []
    try {
      for await (const part of stream ?? []) parts.push(part)
    } catch {
      return
    }
    assert.ok(bytes.equals(Buffer.concat(parts)))
  })
}
