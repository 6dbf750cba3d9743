import type { Store } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Notice, Refusal, SyncError } from '@quire/sync/error'
import { Room } from '@quire/sync/room'
import type { LostWrite } from '@quire/sync/room'
import type { Rules } from '@quire/sync/rules'
import type { SharedFrames } from '@quire/sync/shared-frames'
import { Turns } from '@quire/sync/turns'
import type { Commits } from './commits.ts'
import { RoomBudget } from './limits/room-budget.ts'

/** What rooms are made of. */
export interface Parts {
  readonly store: Pick<Store, 'log'>
  readonly clock: Clock
  /** Frames of large documents that were given to readers lately. */
  readonly shared: SharedFrames
  /** What the open rooms may take of memory, in bytes. */
  readonly maxMemory: number
  /** The newest page schema the server serves. */
  readonly schema: number
  /** What a room of this name takes from its clients. */
  readonly rules: (name: string) => Rules
  /** True while what a crash may have taken can be brought back by whoever still has it. */
  readonly healing: () => boolean
  /** Told of what a room noticed: a refusal, or a fault that it lives with. */
  readonly witness: (name: string, event: SyncError | Error) => void
  /** Told of what a room passed over. */
  readonly notice: (notice: Notice) => void
  /** Told of a room that opened from its last good part only. */
  readonly damaged: (name: string) => void
  /** Watches what is on its way to the disk. */
  readonly commits: Commits
  /** Told of an empty room before it is let go, and waited for. Never rejects. */
  readonly leaving: (name: string, room: Room) => Promise<void>
  /** Told of a room that is in memory no more: it was let go, or could not be read. */
  readonly letGo: (name: string) => void
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

/**
 * A room that is being read, or that is open, or open but about to go unless somebody comes; or one that failed, which
 * goes as soon as all that it took is on disk: who comes meanwhile waits, and has it read anew.
 */
interface Entry {
  readonly name: string
  readonly epoch: string
  /** Resolves when the room is let go. */
  readonly gone: PromiseWithResolvers<void>
  readonly claims: Set<Claim>
  stage: { is: 'opening'; room: Promise<Room> } | { is: 'open' | 'leaving'; room: Room } | { is: 'failed' }
}

/** The open rooms of a server: each is opened once, shared, and let go when it is empty and on disk. */
export class Rooms {
  readonly #parts: Parts
  readonly #entries = new Map<string, Entry>()
  /** What rooms that failed took in and their logs did not store: it is written again when they are opened. */
  readonly #lost = new Map<string, readonly LostWrite[]>()
  readonly #budget: RoomBudget
  readonly #turns: Turns

  constructor(parts: Parts) {
    this.#parts = parts
    this.#turns = new Turns(parts.clock)
    this.#budget = new RoomBudget(parts.maxMemory, parts.clock, () => this.#memory)
  }

  /** The room of this name if it is open now. */
  peek(name: string): Room | null {
    const stage = this.#entries.get(name)?.stage
    return stage !== undefined && 'room' in stage && stage.is !== 'opening' ? stage.room : null
  }

  /** The rooms that are open now, by name. */
  get open(): ReadonlyMap<string, Room> {
    const open = new Map<string, Room>()
    for (const name of this.#entries.keys()) {
      const room = this.peek(name)
      if (room !== null) open.set(name, room)
    }
    return open
  }

  /**
   * Opens a room or joins those who have it open. Rejects when it cannot be read; the next try reads anew. Rejects with
   * `RoomMemoryError`, after a while, when it is large and the open ones take all the memory that they may.
   */
  async hold(name: string, epoch: string): Promise<Hold> {
    let entry = this.#entries.get(name)
    while (entry !== undefined && (entry.epoch !== epoch || entry.stage.is === 'failed')) {
      // its document was put in the trash, taken out or brought back: pages must not merge one into the other
      if (entry.epoch !== epoch) this.dismiss(name, 'other-epoch')
      await entry.gone.promise
      entry = this.#entries.get(name)
    }
    if (entry === undefined) {
      const waiting = this.#lost.has(name) ? null : this.#budget.mayRead(name)
      if (waiting !== null) {
        await waiting
        return this.hold(name, epoch)
      }
      entry = this.#enter(name, epoch)
    }
    const claim: Claim = { dismissed: null }
    entry.claims.add(claim)
    const { stage } = entry
    if (stage.is === 'failed') throw new Error('a room that failed is not held') // the loop saw to that
    return {
      room: await stage.room,
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
    this.peek(name)?.dismiss(refusal)
  }

  /** Somebody is called something else from now on, in every room they are in. */
  rename(identity: string, name: string): void {
    for (const room of this.open.values()) room.rename(identity, name)
  }

  /** Tells all pages that the server will hang up, and when they may come back: they, and so many elsewhere. */
  farewell(elsewhere: number): void {
    const rooms = [...this.open.values()]
    const people = rooms.reduce((sum, room) => sum + room.seats, elsewhere)
    // a crowd spreads its return over five seconds; two people need not wait that long
    for (const room of rooms) room.farewell(Math.min(5000, 500 + 5 * people))
  }

  get #memory(): number {
    let bytes = 0
    for (const { stage } of this.#entries.values())
      if ('room' in stage && stage.is !== 'opening') bytes += stage.room.memory
    return bytes
  }

  /** Resolves when all that any room took in before this call is on disk. */
  async settled(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => this.#settled(entry)))
  }

  async #settled(entry: Entry | undefined): Promise<void> {
    if (entry === undefined) return
    const { name, stage, gone } = entry
    if (stage.is === 'opening' && !this.#lost.has(name)) return // it has taken nothing in
    if (stage.is !== 'failed') {
      const room = await Promise.resolve(stage.room).catch(() => null)
      if (room === null) return // it could not be read
      try {
        return await room.settled()
      } catch (error) {
        if (!room.failed) throw error
      }
    }
    await gone.promise
    return this.#settled(this.#entries.get(name)) // which writes again what was lost
  }

  /**
   * Hangs up on everyone. Resolves when every room is closed: with true when all is on disk, with false when that
   * had not come after `ms`.
   */
  async close(ms: number): Promise<boolean> {
    for (const name of this.#entries.keys()) this.dismiss(name, 'restarting')
    const stored = await Promise.race([
      this.settled()
        .then(() => Promise.all([...this.open].map(([name, room]) => this.#parts.leaving(name, room))))
        .then(() => true),
      new Promise<false>((resolve) => this.#parts.clock.after(ms, () => resolve(false))),
    ])
    for (const room of this.open.values()) room.close()
    for (const { gone } of this.#entries.values()) gone.resolve()
    this.#entries.clear()
    return stored
  }

  #enter(name: string, epoch: string): Entry {
    const { store, clock, shared, schema, rules, healing, witness, notice, damaged, commits } = this.#parts
    const lost = this.#lost.get(name)
    const opening = Room.open(
      {
        log: commits.watch(store.log(name)),
        shared,
        turns: this.#turns,
        clock,
        epoch,
        schema,
        rules: rules(name),
        healing,
        witness: (event) => witness(name, event),
        notice,
        failed: () => void this.#failed(entry),
      },
      lost,
    ).then((room) => {
      try {
        if (lost === undefined) this.#budget.opened(name, room.memory)
      } catch (error) {
        room.close()
        throw error
      }
      return room
    })
    const entry: Entry = {
      name,
      epoch,
      gone: Promise.withResolvers(),
      claims: new Set(),
      stage: { is: 'opening', room: opening },
    }
    this.#entries.set(name, entry)
    opening.then(
      (room) => {
        this.#lost.delete(name)
        entry.stage = { is: 'open', room }
        if (room.damaged) damaged(name)
      },
      () => this.#remove(entry),
    )
    return entry
  }

  async #letGo(entry: Entry): Promise<void> {
    if (entry.claims.size > 0 || entry.stage.is !== 'open') return
    const { room } = entry.stage
    entry.stage = { is: 'leaving', room }
    try {
      await room.settled() // as long as the store fails, the room stays
    } catch {
      return // only a store that is closed gives up: it has said what became of it, and the server is at its end
    }
    const { position } = room
    if (entry.claims.size === 0 && !room.failed) await this.#parts.leaving(entry.name, room)
    if (entry.claims.size === 0 && !room.failed) await room.rest()
    if (this.#entries.get(entry.name) !== entry) return // the server closed meanwhile
    if (room.failed) return // it goes anyway
    entry.stage = { is: 'open', room }
    if (entry.claims.size > 0) return // somebody came back
    // written to meanwhile; in peace, as a room that a bug has left undurable for good would keep us busy for good
    const written = !room.durable || room.position !== position
    if (written) return void this.#parts.clock.after(100, () => void this.#letGo(entry))
    room.close()
    this.#remove(entry)
  }

  /** A bug left the room half changed, or its log lost a write: it goes, and the next who comes has it read anew. */
  async #failed(entry: Entry): Promise<void> {
    const { stage } = entry
    if (stage.is === 'failed' || this.#entries.get(entry.name) !== entry) return
    const room = stage.is === 'opening' ? await stage.room : stage.room
    entry.stage = { is: 'failed' }
    for (const claim of entry.claims) claim.dismissed = 'fault'
    const lost = await room.ended() // as long as the store fails nobody is told what it may not have
    if (this.#entries.get(entry.name) !== entry) return // the server closed meanwhile
    this.#remove(entry)
    if (lost.length === 0) return
    this.#lost.set(entry.name, lost)
    await this.use(entry.name, entry.epoch, async () => {}).catch(() => {}) // if not now, then when somebody comes
  }

  #remove({ name, gone, stage }: Entry): void {
    const memory = stage.is === 'open' || stage.is === 'leaving' ? stage.room.memory : 0
    this.#entries.delete(name)
    this.#budget.closed(memory)
    this.#parts.letGo(name)
    gone.resolve()
  }
}
