import type { Documents } from '@quire/storage/store'
import type { Refusal } from '@quire/sync/error'
import type { Role } from '@quire/sync/role'

/** What somebody may do in a room, and of which epoch it is; or why they may not come in. */
type Access = { role: Role; epoch: string } | { refusal: Refusal }

/** Who may do what. The one place that decides, for sockets and for the API alike. */
export interface Policy {
  /** True for what can be the name of a room at all. */
  names(room: string): boolean
  /** Missing and forbidden are answered alike. */
  access(identity: string, room: string): Promise<Access>
}

/** The rooms that belong to a document besides its own. */
export const siblings = ['comments'] as const

const documentRoom = new RegExp(`^([\\w-]{22})(?:/(?:${siblings.join('|')}))?$`)
const openRoom = /^(?!.*(?:^|\/)\.*(?:\/|$))[A-Za-z0-9._:@~+/-]{1,256}$/

/** True for a well-made document id: 128 random bits in base64url. */
export const isDocumentId = (id: string): boolean => /^[\w-]{22}$/.test(id)

/** A room exists because its document does. Whoever has the address may edit; its maker owns it. */
export const documentsPolicy = (documents: Documents): Policy => ({
  names: (room) => documentRoom.test(room),
  access: async (identity, room) => {
    const id = documentRoom.exec(room)?.[1]
    const document = id === undefined ? null : await documents.read(id)
    if (document === null || document.deleted !== null) return { refusal: 'not-found' }
    return { role: document.owner === identity ? 'own' : 'edit', epoch: document.epoch }
  },
})

/** Any room, and everyone edits: for other applications behind their own gate. Documents may still be made. */
export const openPolicy = (documents: Documents): Policy => ({
  names: (room) => openRoom.test(room),
  access: async (identity, room) => {
    if (!openRoom.test(room)) return { refusal: 'not-found' }
    const document = await documents.read(documentRoom.exec(room)?.[1] ?? room)
    if (document === null) return { role: 'edit', epoch: '' }
    if (document.deleted !== null) return { refusal: 'not-found' }
    return { role: document.owner === identity ? 'own' : 'edit', epoch: document.epoch }
  },
})

/**
 * Remembers whom it turned away. Clients up to y-websocket 3.0 come back ten times a second for ever when their
 * socket is accepted and closed; at an HTTP status they slow down. So the first refusal is told on the socket,
 * and who knocks again within a minute gets the status, before any other work.
 */
export class Knocks {
  readonly #until = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** True when this address was turned away from this room less than a minute ago. */
  again(address: string, room: string): boolean {
    const until = this.#until.get(key(address, room))
    return until !== undefined && until > this.#now()
  }

  /** Remembers a refusal. Memory is bounded: past ten thousand the oldest is forgotten. */
  refused(address: string, room: string): void {
    const name = key(address, room)
    this.#until.delete(name)
    this.#until.set(name, this.#now() + 60_000)
    if (this.#until.size <= 10_000) return
    for (const oldest of this.#until.keys()) return void this.#until.delete(oldest)
  }

  /** The room exists now: nobody is turned away any more for what was. */
  forget(room: string): void {
    for (const name of this.#until.keys()) if (name.endsWith(` ${room}`)) this.#until.delete(name)
  }
}

// one household has a /64 of IPv6 to choose its address from
const key = (address: string, room: string): string => {
  const part =
    address.includes(':') && !address.includes('.') ? expand(address).slice(0, 4).join(':') : address
  return `${part} ${room}`
}

const expand = (address: string): string[] => {
  const [front = '', back] = address.split('::')
  const [head, tail] = [front.split(':'), (back ?? '').split(':')].map((half) =>
    half.filter((part) => part !== ''),
  )
  if (head === undefined || tail === undefined || back === undefined) return head ?? []
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}
