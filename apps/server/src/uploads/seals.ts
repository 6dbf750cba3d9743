import { createHmac, timingSafeEqual } from 'node:crypto'

/** A file of a room. */
export interface Sealed {
  readonly room: string
  readonly file: string
}

/** How long an address of a file holds, in ms. */
const age = 600_000

/** Addresses of files for who can show nothing with a request, as a picture in a page cannot. They hold ten minutes. */
export class Seals {
  readonly #secret: string
  readonly #wall: () => number

  constructor(secret: string, wall: () => number) {
    this.#secret = secret
    this.#wall = wall
  }

  /** What opens this file, and until when. Whoever has it can open it, and no other. */
  make({ room, file }: Sealed): { seal: string; until: number } {
    const until = this.#wall() + age
    const body = Buffer.from(JSON.stringify([room, file, until])).toString('base64url')
    return { seal: `${body}.${this.#mac(body)}`, until }
  }

  /** The file that it opens, or null when it was not made here or does not hold any more. */
  read(seal: string): Sealed | null {
    const [body = '', mac = ''] = seal.split('.')
    const [given, right] = [Buffer.from(mac), Buffer.from(this.#mac(body))]
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null
    const [room, file, until] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
      string,
      string,
      number,
    ] // as made
    return until > this.#wall() ? { room, file } : null
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#secret).update(`file ${body}`).digest('base64url')
  }
}
