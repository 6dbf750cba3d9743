import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { People, Person } from '@quire/storage/store'

/** Whoever sends no cookie that a page of ours may send: a script, a client of another application. */
export const unnamed = 'guest'

/** True for the identity of somebody with an account. */
export const isAccount = (identity: string): boolean => identity.startsWith('@')

/** True for the identity of a guest: one that a cookie of ours names. */
export const isGuest = (identity: string): boolean => /^[\w-]{22}$/.test(identity)

/** True for an identity that somebody can be given a role by. */
export const isPerson = (identity: string): boolean => /^@?[\w-]{22}$/.test(identity)

/** The identity of whom an application's token calls so. */
export const subjectOf = (sub: string): string => `~${sub}`

/** The cookie that says which guest a browser is. */
export const guestCookie = 'quire_guest'

const days = 400 // the longest that browsers keep a cookie

const animals = (
  'Otter Heron Badger Lynx Wren Marten Newt Finch Hare Mole Seal Stoat Robin Vole Ibis Crane Fox Owl ' +
  'Beaver Swift Puffin Gecko Tapir Koala Lemur Panda Quokka Raven Sparrow Turtle Urchin Walrus Yak Zebra ' +
  'Alpaca Bison Camel Dingo Egret Falcon Gannet Hedgehog Jackdaw Kestrel Llama Magpie Narwhal Ocelot ' +
  'Penguin Quail Reindeer Squirrel Toucan Weasel Dolphin Moose Osprey Pika Skylark Tern Shrew Plover Kiwi Loris'
).split(' ')

/** The name and colour of someone who has not chosen any: the same for the same identity, everywhere. */
export const suggested = (id: string): Person => {
  const hash = createHash('sha256').update(id).digest()
  return {
    id,
    name: `Guest ${animals[hash.readUInt16BE(0) % animals.length]}`,
    color: hash.readUInt16BE(2) % 12,
  }
}

/** The name and colour of an identity: those chosen, else those suggested. */
export const person = async (people: People, id: string): Promise<Person> =>
  (id === unnamed ? null : await people.read(id)) ?? suggested(id)

/** Guests of one server, known by a cookie that only a holder of the secret can make. */
export class Guests {
  readonly #secret: string
  readonly #secure: boolean

  /** `secure` where people come by https: the cookie then never travels in the clear. */
  constructor(secret: string, secure: boolean) {
    this.#secret = secret
    this.#secure = secure
  }

  /** The identity in a Cookie header, or null when there is none or it was not made here. */
  read(header: string | undefined): string | null {
    for (const part of (header ?? '').split(';')) {
      const [name, value] = part.trim().split('=')
      if (name !== guestCookie || value === undefined) continue
      const [id = '', mac = ''] = value.split('.')
      const [given, right] = [Buffer.from(mac), Buffer.from(this.#mac(id))]
      if (/^[\w-]{22}$/.test(id) && given.length === right.length && timingSafeEqual(given, right)) return id
    }
    return null
  }

  /** A new identity. */
  welcome(): string {
    return randomBytes(16).toString('base64url')
  }

  /** The Set-Cookie header that makes a browser this guest for another 400 days. */
  cookie(id: string): string {
    const secure = this.#secure ? '; Secure' : ''
    const rest = `Path=/; Max-Age=${days * 86_400}; HttpOnly; SameSite=Lax${secure}`
    return `${guestCookie}=${id}.${this.#mac(id)}; ${rest}`
  }

  #mac(id: string): string {
    return createHmac('sha256', this.#secret).update(`guest ${id}`).digest('base64url')
  }
}
