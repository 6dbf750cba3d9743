import { imageDimensionsFromData } from 'image-dimensions'

/** What the first bytes of a file say that it is. */
export interface Sniffed {
  readonly mime: string
  /** In pixels; null when it is no image. */
  readonly width: number | null
  readonly height: number | null
}

/** How much of a file has to be seen: the size of a JPEG stands behind whatever its camera had to say. */
export const sniffed = 256 * 1024

const images = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
} as const

const latin = (head: Uint8Array, from: number, to: number): string =>
  Buffer.from(head.subarray(from, to)).toString('latin1')

/** Of films and sounds, and of what is never shown in the page but has a sign of its own. */
const signs: readonly (readonly [mime: string, is: (head: Uint8Array) => boolean])[] = [
  [
    'video/mp4',
    (head) => latin(head, 4, 8) === 'ftyp' && !/^(?:avi[fs]|he[ivx]|mi[af]|msf1)/.test(latin(head, 8, 12)),
  ],
  ['video/webm', (head) => latin(head, 0, 4) === '\x1aE\xdf\xa3' && latin(head, 0, 64).includes('webm')],
  ['audio/ogg', (head) => latin(head, 0, 4) === 'OggS'],
  ['audio/mpeg', (head) => latin(head, 0, 3) === 'ID3' || isFrame(head)],
  ['application/pdf', (head) => latin(head, 0, 5) === '%PDF-'],
  ['application/zip', (head) => latin(head, 0, 4) === 'PK\x03\x04'],
  [
    'image/svg+xml',
    (head) =>
      /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype svg|svg)[\s\S]*<svg|^\s*<svg/i.test(latin(head, 0, 4096)),
  ],
]

/** Two frames of MPEG audio, one right behind the other: the eleven bits of one alone are no proof. */
const isFrame = (head: Uint8Array): boolean => {
  const [sync = 0, kind = 0, rate = 0] = head
  if (sync !== 0xff || (kind & 0xfe) !== 0xfa) return false // MPEG 1, layer 3
  const kbits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0][rate >> 4] ?? 0
  const hertz = [44_100, 48_000, 32_000, 0][(rate >> 2) & 3] ?? 0
  if (kbits === 0 || hertz === 0) return false
  const length = Math.floor((144_000 * kbits) / hertz) + ((rate >> 1) & 1)
  return head[length] === 0xff && ((head[length + 1] ?? 0) & 0xfe) === 0xfa
}

/**
 * What a file is, told from its bytes and from nothing else: who sends it may say anything. What has no sign that is
 * known here is `application/octet-stream`, and so is what only begins like an image.
 */
export const sniff = (head: Uint8Array): Sniffed => {
  const image = dimensions(head)
  if (image !== null) return image
  const mime = signs.find(([, is]) => is(head))?.[0] ?? 'application/octet-stream'
  return { mime, width: null, height: null }
}

const dimensions = (head: Uint8Array): Sniffed | null => {
  try {
    const found = imageDimensionsFromData(head)
    if (found === undefined || found.type === 'heic' || !(found.width > 0 && found.height > 0)) return null
    return { mime: images[found.type], width: found.width, height: found.height }
  } catch {
    return null // it ends before what it says of itself
  }
}

const inline: ReadonlySet<string> = new Set([
  ...Object.values(images),
  'video/mp4',
  'video/webm',
  'audio/ogg',
  'audio/mpeg',
])

/** True for what a browser may show under the address of this server. Everything else is only handed over. */
export const isShown = (mime: string): boolean => inline.has(mime)
