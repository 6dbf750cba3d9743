import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { copyFile, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { isHash } from './blobs.ts'
import type { Blobs } from './blobs.ts'
import { makeFolder, syncFile, syncFolder } from './folder.ts'

/** Where in a folder of blobs the bytes of a hash lie. */
export const blobPath = (folder: string, hash: string): string => join(folder, hash.slice(0, 2), hash)

/** Makes an empty folder for drafts in this folder: what an earlier process did not finish is gone. */
export const makeDrafts = async (folder: string): Promise<string> => {
  const drafts = join(folder, 'drafts')
  await rm(drafts, { recursive: true, force: true })
  makeFolder(drafts)
  return drafts
}

/** Blobs in a folder of this machine, which is made if need be. Only one process may have it open. */
export const openBlobFolder = async (folder: string): Promise<Blobs> => {
  const drafts = await makeDrafts(folder)
  return {
    drafts,

    keep: async (hash, draft) => {
      const place = blobPath(folder, hash)
      const [there, size] = await Promise.all([sizeOf(place), sizeOf(draft)])
      if (there !== null && there === size) return rm(draft)
      makeFolder(dirname(place))
      syncFolder(folder)
      await rename(draft, place)
      syncFolder(dirname(place))
    },

    read: async (hash, first, end) => {
      const handle = await opened(blobPath(folder, hash))
      if (handle === null) return null
      if (end <= first) {
        await handle.close()
        return Readable.toWeb(Readable.from([]))
      }
      const stream = createReadStream('', { fd: handle, start: first, end: end - 1 })
      return Readable.toWeb(stream) as ReadableStream<Uint8Array> // a file without an encoding gives bytes
    },

    remove: (hash) => rm(blobPath(folder, hash), { force: true }),

    list: () => blobsIn(folder),
  }
}

/** The hashes of all blobs in a folder. */
export const blobsIn = async function* (folder: string): AsyncGenerator<string> {
  for await (const shelf of await opendir(folder)) {
    if (!shelf.isDirectory() || !/^[0-9a-f]{2}$/.test(shelf.name)) continue
    for await (const { name } of await opendir(join(folder, shelf.name))) if (isHash(name)) yield name
  }
}

/** Copies a blob into another folder, unless it is there. False when the first folder has none of this hash. */
export const copyBlob = async (from: string, to: string, hash: string): Promise<boolean> => {
  const [source, target] = [blobPath(from, hash), blobPath(to, hash)]
  const size = await sizeOf(source)
  if (size === null) return false
  if ((await sizeOf(target)) === size) return true
  makeFolder(dirname(target))
  const draft = `${target}.part`
  await copyFile(source, draft)
  syncFile(draft)
  await rename(draft, target)
  syncFolder(dirname(target))
  return true
}

const sizeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).size
  } catch (error) {
    return missing(error)
  }
}

const opened = async (file: string): Promise<FileHandle | null> => {
  try {
    return await open(file)
  } catch (error) {
    return missing(error)
  }
}

const missing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
