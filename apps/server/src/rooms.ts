import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Refusal, SyncError } from '@quire/sync/error'
import { Room } from '@quire/sync/room'

/** What rooms are made of. */
export interface Parts {
  readonly store: Store
  readonly clock: Clock
  /** The newest page schema the server serves. */
  readonly schema: number
  /** Told of what a room noticed: a refusal, or a fault that it lives with. */
  readonly witness: (name: string, event: SyncError | Error) => void
  /** Told of an empty room before it is let go, and waited for. Never rejects. */
  readonly leaving: (name: string, room: Room) => Promise<void>
}

/** A claim on an open room, which stays open until the claim is released. */
export interface Hold {
  readonly room: Room
  /** Why everybody was sent out while this was held, or null. */
  readonly dismissed: Refusal | null
  release(): void
}

interface Claim {
  dismissed: Refusal | null
}

/** A room that is being read, or that is open, or open but about to go unless somebody comes. */
interface Entry {
  readonly name: string
  readonly claims: Set<Claim>
  stage: { is: 'opening'; room: Promise<Room> } | { is: 'open' | 'leaving'; room: Room }
}

/** The open rooms of a server: each is opened once, shared, and let go when it is empty and on disk. */
export class Rooms {
  readonly #parts: Parts
  readonly #entries = new Map<string, Entry>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The room of this name if it is open now. */
  peek(name: string): Room | null {
    const stage = this.#entries.get(name)?.stage
    return stage === undefined || stage.is === 'opening' ? null : stage.room
  }

  /** The rooms that are open now, by name. */
  get open(): ReadonlyMap<string, Room> {
    const open = new Map<string, Room>()
    for (const { name, stage } of this.#entries.values())
      if (stage.is !== 'opening') open.set(name, stage.room)
    return open
  }

  /** Opens a room or joins those who have it open. Rejects when it cannot be read; the next try reads anew. */
  async hold(name: string, epoch: string): Promise<Hold> {
    const entry = this.#entries.get(name) ?? this.#enter(name, epoch)
    const claim: Claim = { dismissed: null }
    entry.claims.add(claim)
    return {
      room: await entry.stage.room,
      get dismissed() {
        return claim.dismissed
      },
      release: () => {
        if (entry.claims.delete(claim)) void this.#letGo(entry)
      },
    }
  }

  /** Lends a room for one piece of work. */
  async use<T>(name: string, epoch: string, work: (room: Room) => Promise<T>): Promise<T> {
    const hold = await this.hold(name, epoch)
    try {
      return await work(hold.room)
    } finally {
      hold.release()
    }
  }

  /** Sends everyone out of a room, and whoever is just coming in. */
  dismiss(name: string, refusal: Refusal): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    for (const claim of entry.claims) claim.dismissed = refusal
    if (entry.stage.is !== 'opening') entry.stage.room.dismiss(refusal)
  }

  /** Tells all pages that the server will hang up, and when they may come back. */
  farewell(): void {
    const rooms = [...this.open.values()]
    const people = rooms.reduce((sum, room) => sum + room.seats, 0)
    // a crowd spreads its return over five seconds; two people need not wait that long
    for (const room of rooms) room.farewell(Math.min(5000, 500 + 5 * people))
  }

  /** Resolves when all that any room took in before this call is on disk. */
  async settled(): Promise<void> {
    await Promise.all([...this.open.values()].map((room) => room.settled()))
  }

  /** Hangs up on everyone. Resolves when all is on disk and every room is closed. */
  async close(): Promise<void> {
    for (const name of this.#entries.keys()) this.dismiss(name, 'restarting')
    await this.settled()
    await Promise.all([...this.open].map(([name, room]) => this.#parts.leaving(name, room)))
    for (const room of this.open.values()) room.close()
    this.#entries.clear()
  }

  #enter(name: string, epoch: string): Entry {
    const { store, clock, schema, witness } = this.#parts
    const opening = Room.open({
      log: store.log(name),
      clock,
      epoch,
      schema,
      witness: (event) => witness(name, event),
    })
    const entry: Entry = { name, claims: new Set(), stage: { is: 'opening', room: opening } }
    this.#entries.set(name, entry)
    opening.then(
      (room) => {
        entry.stage = { is: 'open', room }
      },
      () => {
        this.#entries.delete(name)
      },
    )
    return entry
  }

  async #letGo(entry: Entry): Promise<void> {
    if (entry.claims.size > 0 || entry.stage.is !== 'open') return
    const { room } = entry.stage
    entry.stage = { is: 'leaving', room }
    await room.settled() // as long as the store fails, the room stays
    if (entry.claims.size === 0) await this.#parts.leaving(entry.name, room)
    if (entry.claims.size === 0) await room.rest()
    if (this.#entries.get(entry.name) !== entry) return // the server closed meanwhile
    entry.stage = { is: 'open', room }
    if (entry.claims.size > 0) return // somebody came back
    // written to meanwhile; in peace, as a room that a bug has left undurable for good would keep us busy for good
    if (!room.durable) return void this.#parts.clock.after(100, () => void this.#letGo(entry))
    room.close()
    this.#entries.delete(entry.name)
  }
}
