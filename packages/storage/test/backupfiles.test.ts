import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { backup } from '../src/backup.ts'
import { backupFiles, besideBackup, bringBackFiles, missingBytes } from '../src/backupfiles.ts'
import { blobPath, openBlobFolder } from '../src/blobfolder.ts'
import { bringBack } from '../src/bringback.ts'
import { keep, read } from './blobcontract.ts'
import { open } from './disk.ts'
import { folder } from './folder.ts'

/** A data folder with a document that has these files. */
const withFiles = async (...contents: Buffer[]) => {
  const home = folder()
  const store = await open(home)
  const blobs = await openBlobFolder(join(home, 'files'))
  const hashes: string[] = []
  for (const [at, bytes] of contents.entries()) {
    const hash = await keep(blobs, bytes)
    const about = { name: 'x', mime: 'image/png', size: bytes.length, width: null, height: null }
    const file = { room: 'room', id: `file ${at}`, hash, author: 'ada', created: 1, ...about }
    await store.files.add(file, 1, 1e9)
    hashes.push(hash)
  }
  return { home, store, hashes }
}

test('[L59] what a backup speaks of is copied beside it while the store is in use, and comes back with it', async () => {
  const [cat, dog] = [Buffer.from('a cat'), Buffer.from('a dog')]
  const { home, store, hashes } = await withFiles(cat, dog)
  const file = join(folder(), 'monday.db')
  backup(home, file)
  assert.deepEqual(await backupFiles(home, file), { files: 2, missing: 0 })
  await store.close()

  const fresh = folder()
  bringBack(file, fresh)
  assert.deepEqual(await bringBackFiles(file, fresh), { files: 2, missing: 0 })
  const again = await open(fresh)
  assert.equal((await again.files.of('room')).length, 2)
  await again.close()
  const blobs = await openBlobFolder(join(fresh, 'files'))
  assert.deepEqual([await read(blobs, hashes[0] ?? ''), await read(blobs, hashes[1] ?? '')], [cat, dog])
  assert.deepEqual(await bringBackFiles(file, fresh), { files: 2, missing: 0 })
})

test('[L59] backups in one folder share the bytes, and what is missing is counted', async () => {
  const { home, store, hashes } = await withFiles(Buffer.from('one'), Buffer.from('two'))
  const place = folder()
  const [monday, tuesday] = [join(place, 'monday.db'), join(place, 'tuesday.db')]
  backup(home, monday)
  await backupFiles(home, monday)
  // since then the disk has lost both; the backup has them still
  assert.equal(missingBytes(home), 0)
  for (const hash of hashes) rmSync(blobPath(join(home, 'files'), hash))
  assert.deepEqual([missingBytes(home), missingBytes(folder())], [2, 0])
  backup(home, tuesday)
  assert.deepEqual(await backupFiles(home, tuesday), { files: 2, missing: 0 })
  assert.equal(besideBackup(monday), besideBackup(tuesday))
  rmSync(blobPath(besideBackup(monday), hashes[0] ?? ''))
  assert.deepEqual(await backupFiles(home, tuesday), { files: 1, missing: 1 })
  await store.close()
})
