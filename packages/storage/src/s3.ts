import { openAsBlob } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { S3mini } from 's3mini'
import { isHash } from './blobs.ts'
import type { Blobs } from './blobs.ts'
import { makeDrafts } from './blobfolder.ts'

/** How a bucket is reached. */
export interface Bucket {
  /** With the bucket as its path or its host. */
  readonly endpoint: string
  readonly region: string
  readonly key: string
  readonly secret: string
}

const prefix = 'files/'

/**
 * Blobs in a bucket of any store that speaks S3, under `files/`. Drafts lie in this folder. Rejects when the bucket
 * does not answer as one should. The bytes of one file go over in one request, which the store may bound at 5 GB.
 */
export const openS3 = async (bucket: Bucket, folder: string): Promise<Blobs> => {
  const s3 = new S3mini({
    endpoint: bucket.endpoint,
    region: bucket.region,
    accessKeyId: bucket.key,
    secretAccessKey: bucket.secret,
  })
  const drafts = await makeDrafts(folder)
  return {
    drafts,

    keep: async (hash, draft) => {
      if ((await s3.objectExists(prefix + hash)) !== true) {
        const { size } = await stat(draft)
        // sent from the disk as the network takes it: nothing of it is held in memory
        const blob = await openAsBlob(draft)
        await s3.putObject(prefix + hash, blob, 'application/octet-stream', undefined, undefined, size)
      }
      await rm(draft)
    },

    read: async (hash, first, end) => {
      if (end <= first)
        return (await s3.objectExists(prefix + hash)) === true ? Readable.toWeb(Readable.from([])) : null
      try {
        const { body } = await s3.getObjectRaw(prefix + hash, false, first, end)
        return body as ReadableStream<Uint8Array> | null // one stream under two names
      } catch (error) {
        if (error instanceof Error && 'status' in error && error.status === 404) return null
        throw error
      }
    },

    remove: async (hash) => {
      await s3.deleteObject(prefix + hash)
    },

    list: async function* () {
      let next: string | undefined
      do {
        const page = await s3.listObjectsPaged('/', prefix, 1000, next)
        for (const { Key: key } of page?.objects ?? []) {
          const name = key.slice(prefix.length)
          if (isHash(name)) yield name
        }
        next = page?.nextContinuationToken
      } while (next !== undefined)
    },
  }
}
