import { createHash, randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import type { Clock } from '@quire/sync/clock'
import type { QuotaReason } from '../limits/quotas.ts'
import { sniffed } from './sniff.ts'

/** Something that has arrived whole and is on this disk, in a draft of its own. */
export interface Received {
  /** The file that holds it. Whoever got this removes it. */
  readonly draft: string
  /** SHA-256 in hex. */
  readonly hash: string
  readonly size: number
  /** Its first bytes, as many as are needed to tell what it is. */
  readonly head: Uint8Array
}

/** Why something has not arrived: nothing is left of it then. */
export type Broken = 'too-large' | 'stalled' | 'gone' | QuotaReason

// as long may nothing come
const silence = 30_000
/** Who sends more slowly than so many bytes a second, after so many ms, is not waited for: an upload has an end. */
const [minRate, leniency] = [8 * 1024, 60_000]

/**
 * Writes what comes into a draft in this folder, at the pace of the disk, at most so many bytes. `admit` is asked before
 * each part is written, and may take its time: that is not the sender's. It is on disk when this resolves. Rejects when
 * the disk fails otherwise than by being full.
 */
export const receive = async (
  stream: ReadableStream<Uint8Array>,
  folder: string,
  most: number,
  clock: Clock,
  admit: (bytes: number) => Promise<QuotaReason | null>,
): Promise<Received | Broken> => {
  const draft = join(folder, `${randomUUID()}.part`)
  const reader = stream.getReader()
  const hash = createHash('sha256')
  const heads: Uint8Array[] = []
  let [size, headSize, begun] = [0, 0, clock.now()]
  const next = async (): Promise<Uint8Array | null | 'stalled' | 'gone'> => {
    const late = Promise.withResolvers<'stalled'>()
    const callOff = clock.after(silence, () => late.resolve('stalled'))
    try {
      const part = await Promise.race([reader.read(), late.promise])
      return part === 'stalled' ? part : (part.value ?? null)
    } catch {
      return 'gone' // whoever sent it hung up
    } finally {
      callOff()
    }
  }
  const write = async (): Promise<Received | Broken> => {
    const file = await open(draft, 'wx', 0o600)
    try {
      for (;;) {
        const part = await next()
        if (part === null) break
        if (typeof part === 'string') return part
        size += part.length
        if (size > most) return 'too-large'
        if (clock.now() - begun > leniency + (size / minRate) * 1000) return 'stalled'
        const asked = clock.now()
        const reason = await admit(part.length)
        if (reason !== null) return reason
        begun += clock.now() - asked
        hash.update(part)
        if (headSize < sniffed) {
          heads.push(part)
          headSize += part.length
        }
        await file.writeFile(part) // from where the part before ended
      }
      await file.sync()
      return { draft, hash: hash.digest('hex'), size, head: Buffer.concat(heads).subarray(0, sniffed) }
    } finally {
      await file.close()
    }
  }
  let received: Received | Broken = 'gone'
  try {
    received = await write()
  } catch (error) {
    if (!isFull(error)) throw error
    received = 'no-room'
  } finally {
    if (typeof received === 'string') {
      void reader.cancel().catch(() => {}) // there is nothing more to be had from it
      await rm(draft, { force: true })
    }
  }
  return received
}

/** True when a disk says that it has no room, be it for anything or for this user. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code))
