import { schemaVersion } from '@quire/editor/version'
import { Client } from '@quire/sync/client'
import { refusalOf } from '@quire/sync/error'
import { sideVersion, writeKind } from '@quire/sync/message'
import { roles } from '@quire/sync/role'
import { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { introduction, newTabName } from './early.ts'
import type { EarlySocket } from './early.ts'
import { colorOf } from './hues.ts'
import type { Known } from './people.ts'
import type { Ending, Standing } from './saying.ts'
import { leaveAlone, waitBefore, watchedSocket } from './socket.ts'

/** Who writes here, as presence tells it to the others. */
export interface Author {
  readonly id: string
  readonly name: string
  /** One of the twelve hues. */
  readonly color: number
}

/** What presence tells of each page's attention. */
export type Attention = 'here' | 'idle' | 'away'

/**
 * One open document: its content, the people in it and its connection, opened and closed together. It comes
 * back by itself after every loss that waiting can cure, and says at any moment what is saved.
 */
export class OpenDocument {
  readonly room: string
  readonly doc = new Y.Doc()
  readonly awareness: Awareness
  /** When each client's text last changed, as seen here. */
  readonly typed = new Map<number, number>()
  readonly #client = new Client()
  readonly #provider: WebsocketProvider
  readonly #listeners = new Set<() => void>()
  readonly #arriving = new Set<() => void>()
  /** The client ids that wrote here, each with the clock up to which the server has stored it. */
  readonly #stored = new Map<number, number>()
  #known: Known = null
  #standing: Standing
  #attempts = 0
  #waiting: ReturnType<typeof setTimeout> | null = null
  #resting = false
  #over = false

  /** `early` is a connection to that room which was begun before. */
  constructor(server: string, room: string, author: Author, early: EarlySocket | null = null) {
    this.room = room
    if (early !== null) this.doc.clientID = early.client
    this.awareness = new Awareness(this.doc)
    this.#standing = {
      facts: this.#client.facts,
      synced: false,
      role: null,
      behind: false,
      ended: null,
      closed: null,
      openedAt: Date.now(),
      upSince: null,
      downSince: null,
      retryAt: null,
      changedAt: null,
      unsavedSince: null,
      unsaved: 0,
      savedAt: null,
    }
    this.#client.subscribe(() => this.#look())
    this.introduce(author)
    // before the provider's own listener, so that the change is known when the frame that carries it leaves
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      const own = origin !== this.#provider
      if (this.doc.clientID !== this.awareness.clientID) this.#reidentified()
      if (!own && !this.#standing.synced) return // all of the document: nobody is typing
      // read from the update: the states of a transaction name every client that ever wrote here
      const { from } = Y.parseUpdateMeta(update)
      for (const [client, clock] of from) {
        if (this.#standing.synced) this.typed.set(client, Date.now())
        if (own && !this.#stored.has(client)) this.#stored.set(client, clock)
      }
      if (own) this.#changed()
    })
    this.#provider = new WebsocketProvider(server, room, this.doc, {
      connect: false,
      awareness: this.awareness,
      disableBc: true, // what came over it would be shown as saved though only a sibling tab has it
      params: introduction(this.doc.clientID, early?.tab ?? newTabName()),
      WebSocketPolyfill: watchedSocket(
        {
          opened: () => this.#client.opened(),
          sent: (frame) => this.#client.sent(frame),
          heard: (frame) => {
            if (writeKind(frame) !== null) for (const call of this.#arriving) call()
            this.#client.heard(frame)
          },
          closed: () => this.#client.closed(),
        },
        early,
      ),
    })
    this.#speakForYourself()
    this.#provider.on('sync', (synced) => {
      if (synced) this.#arrived()
    })
    this.#provider.on('status', ({ status }) => {
      if (status === 'disconnected') this.#forgetOthers()
    })
    this.#provider.on('connection-close', (event) => this.#closed(event))
    this.#provider.connect()
  }

  /** What holds now: a new object after each change. */
  get standing(): Standing {
    return this.#standing
  }

  /** Who each client id really is, as the server last told; null when it never did. */
  get known(): Known {
    return this.#known
  }

  /** Calls back after each change of `known`. The returned function ends that. */
  readonly onKnown = (listener: () => void): (() => void) => {
    let before = this.known
    return this.subscribe(() => {
      const now = this.known
      if (now === before) return
      before = now
      listener()
    })
  }

  /** From which clock on the server is not known to have stored what was written here, for each who did. */
  get unsent(): ReadonlyMap<number, number> {
    const all = [...this.#stored]
    return new Map(all.filter(([client, clock]) => clock < Y.getState(this.doc.store, client)))
  }

  /** Calls back, at once, after each change of `standing`. The returned function ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back just before what others wrote is taken in. The returned function ends that. */
  readonly beforeArrival = (call: () => void): (() => void) => {
    this.#arriving.add(call)
    return () => this.#arriving.delete(call)
  }

  /** Tells the others who writes here. */
  introduce({ id, name, color }: Author): void {
    this.awareness.setLocalStateField('user', { id, name, color: colorOf(color) })
  }

  /** Tells the others whether anybody looks. */
  attend(at: Attention): void {
    if (this.awareness.getLocalState()?.['at'] !== at) this.awareness.setLocalStateField('at', at)
  }

  /**
   * Comes back now instead of when the wait is over. Nothing happens when connected or ended, or when the server
   * asked to be left alone.
   */
  retry(): void {
    if (this.#standing.closed === 'too-much' && this.#waiting !== null) return
    this.#comeBack()
  }

  #comeBack(): void {
    if (this.#over || this.#standing.ended !== null || this.#provider.shouldConnect) return
    this.#stopWaiting()
    if (this.#resting) this.#tell({ downSince: Date.now() })
    this.#resting = false
    this.#tell({ retryAt: null })
    this.#provider.params = { ...this.#provider.params, epoch: this.#epoch }
    this.#provider.connect()
  }

  /** Hangs up until `retry`, unless something is not saved yet. */
  rest(): void {
    if (this.#standing.unsavedSince !== null || this.#standing.facts.connection === 'down') return
    this.#resting = true
    this.#provider.disconnect()
  }

  /** Leaves the document. Nothing of it is usable afterwards. */
  close(): void {
    this.#over = true
    this.#stopWaiting()
    this.#provider.destroy()
    this.doc.destroy()
    this.#listeners.clear()
    this.#arriving.clear()
  }

  #epoch = ''

  #changed(): void {
    const now = Date.now()
    const { unsavedSince, unsaved } = this.#standing
    this.#standing = {
      ...this.#standing,
      changedAt: now,
      unsavedSince: unsavedSince ?? now,
      unsaved: unsaved + 1,
    }
    this.#client.changed()
  }

  #look(): void {
    const { facts } = this.#client
    const { hello } = facts
    if (hello !== null) this.#epoch = hello.epoch
    // the first word about people has everyone in it
    if (hello !== null && facts.people.size > 0) this.#known = facts.people
    if (facts.saved)
      for (const client of this.#stored.keys()) this.#stored.set(client, Y.getState(this.doc.store, client))
    this.#tell({
      facts,
      ...(hello === null
        ? {}
        : {
            role: roles.find((role) => role === hello.role) ?? 'view',
            behind: hello.schema > schemaVersion,
          }),
      ...(facts.connection === 'up'
        ? { upSince: this.#standing.upSince ?? Date.now(), downSince: null, closed: null }
        : { upSince: null }),
      ...(facts.saved ? { unsavedSince: null, unsaved: 0, savedAt: Date.now() } : {}),
    })
    if (facts.refused !== null) this.#end(facts.refused)
    if (hello === null) return
    if (hello.version > sideVersion) this.#end('page-too-old')
    else if (hello.version < sideVersion) this.#end('server-too-old')
    // from a page that is behind nothing is taken: what was written before it knew is to be rescued
    else if (hello.schema > schemaVersion && this.#standing.unsavedSince !== null) this.#end('schema')
  }

  #arrived(): void {
    this.#attempts = 0
    if (this.#standing.synced) return
    this.#tell({ synced: true })
  }

  /** The provider is about to find its socket closed. `event` is null when it hung up itself. */
  #closed(event: CloseEvent | null): void {
    // the provider would come back by itself, without chance in its waits: it is told not to
    this.#provider.shouldConnect = false
    if (this.#over || this.#standing.ended !== null) return
    const now = Date.now()
    const closed = event === null ? null : refusalOf(event.code, event.reason)
    if (event !== null && event.code >= 4400 && event.code < 4500) {
      this.#tell({
        closed,
        ended: closed ?? 'unknown',
        downSince: this.#standing.downSince ?? now,
        retryAt: null,
      })
      return
    }
    this.#tell({ closed, downSince: this.#standing.downSince ?? now })
    if (this.#resting) return
    const { leaving } = this.#standing.facts
    const planned = leaving !== null && this.#attempts === 0
    const wait = planned ? Math.random() * leaving : waitBefore(this.#attempts, Math.random())
    const least = closed === 'too-much' ? leaveAlone : 0
    this.#attempts++
    this.#tell({ retryAt: now + least + wait })
    this.#stopWaiting()
    this.#waiting = setTimeout(() => this.#comeBack(), least + wait)
  }

  /** Yjs has met text of another under the id of this copy, and given it a new one, under which nobody sees it. */
  #reidentified(): void {
    this.doc.clientID = this.awareness.clientID // whose state the provider looks up when it disconnects
    this.#end('identity')
  }

  #end(ending: Ending): void {
    if (this.#over || this.#standing.ended !== null) return
    this.#stopWaiting()
    // silent before anybody is told: whoever hears of it may open a fresh copy at once
    this.#standing = { ...this.#standing, ended: ending, retryAt: null }
    this.#provider.disconnect()
    this.#tell({})
  }

  /**
   * The provider sends on every presence that it hears of. Others' own pages speak for them, so only what
   * concerns this one leaves.
   */
  #speakForYourself(): void {
    const send = this.#provider._awarenessUpdateHandler
    const self = this.awareness.clientID
    this.awareness.off('update', send)
    this.awareness.on(
      'update',
      (change: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
        const concerned = [...change.added, ...change.updated, ...change.removed].includes(self)
        if (concerned) send({ added: [], updated: [self], removed: [] }, origin)
      },
    )
  }

  /**
   * Clocks that are remembered over a loss hide everybody from each other until they renew themselves: the
   * others' are forgotten, the own one goes up.
   */
  #forgetOthers(): void {
    const self = this.awareness.clientID
    for (const client of this.awareness.meta.keys()) if (client !== self) this.awareness.meta.delete(client)
    if (!this.#over) this.awareness.setLocalState({ ...this.awareness.getLocalState() })
  }

  #stopWaiting(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting)
    this.#waiting = null
  }

  #tell(change: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...change }
    for (const listener of this.#listeners) listener()
  }
}
