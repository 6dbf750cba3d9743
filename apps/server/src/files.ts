import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { getMimeType } from 'hono/utils/mime'

const encoders = {
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 9 }),
}
type Encoding = keyof typeof encoders

/** A file of the built page, in memory. */
export class File {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
  /** Its name changes whenever its content does. */
  readonly immutable: boolean
  readonly #encoded = new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>()

  constructor(path: string, bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes
    this.type = getMimeType(path) ?? 'application/octet-stream'
    this.immutable = /^\/assets\/.*-[\w-]{8,}\.\w+/.test(path)
    this.etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  }

  /** The best encoding that both ends know, or null where the plain bytes do. */
  encoding(accepted: string): Encoding | null {
    if (this.bytes.length < 1024 || !/^text|json|javascript|xml|wasm/.test(this.type)) return null
    const offered = accepted.split(',').map((part) => part.trim().toLowerCase())
    return (
      (['br', 'gzip'] as const).find((name) =>
        offered.some((offer) => offer.replace(/;q=(?!0(\.0+)?$).*/, '') === name),
      ) ?? null
    )
  }

  /** The bytes in this encoding. The work is done once. */
  encoded(encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
    const made = this.#encoded.get(encoding)
    if (made !== undefined) return made
    const making = encoders[encoding](this.bytes)
    this.#encoded.set(encoding, making)
    return making
  }
}

/** The files under a folder by their path in an address. Only what is listed here can be asked for. */
export const filesIn = (folder: string): ReadonlyMap<string, File> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => {
        const file = join(entry.parentPath, entry.name)
        const path = `/${relative(folder, file).split(sep).join('/')}`
        return [path, new File(path, new Uint8Array(readFileSync(file)))]
      }),
  )
