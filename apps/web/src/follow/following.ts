import type { Awareness } from 'y-protocols/awareness'
import { readOutlook } from './outlook.ts'
import type { Outlook } from './outlook.ts'

/** The part of a page that following needs. */
export interface Screen {
  /** What it looks at now. */
  outlook(): Outlook | null
  /** Looks at the same. */
  look(outlook: Outlook): void
  /** Brings the caret of one of these clients into view. */
  lookAtCaret(clients: readonly number[]): void
}

/** Somebody, on all their pages. */
export interface Leader {
  readonly identity: string
  readonly name: string
  readonly hue: number
  readonly clients: readonly number[]
}

/** What there is to show of it. */
export interface Shown {
  readonly leader: Leader | null
  /** Who asks to be looked at. */
  readonly asking: Leader | null
  /** Who was followed and has gone. */
  readonly gone: Leader | null
}

/** The least time between two outlooks that are told, in ms. */
const pace = 250
/** After so long it is looked whether the page has come to where it should be, so often: something may have moved it. */
const settling = 400
const attempts = 3
/** How long a request to look stands, and the word that somebody has left. */
const asksFor = 20_000
const goneFor = 3_000

const nobody: Shown = { leader: null, asking: null, gone: null }

/**
 * Looking where somebody else looks. Who follows says so in their presence, and only then does the other page tell
 * what it looks at. Nobody is ever moved who did not choose it.
 */
export class Following {
  readonly #awareness: Awareness
  readonly #screen: Screen
  readonly #listeners = new Set<() => void>()
  #shown: Shown = nobody
  #told = 0
  #later: ReturnType<typeof setTimeout> | null = null
  #ending: ReturnType<typeof setTimeout> | null = null
  /** Who is here now, as the page shows them. */
  #people: readonly Leader[] = []
  /** The calls that were there when this page first saw each client: only later ones are for it. */
  readonly #calls = new Map<number, unknown>()
  #looked = ''
  #cursor = ''
  #settling: ReturnType<typeof setTimeout> | null = null

  constructor(awareness: Awareness, screen: Screen) {
    this.#awareness = awareness
    this.#screen = screen
    for (const [client, state] of awareness.getStates()) this.#calls.set(client, state['calls'])
    awareness.on('change', this.#changed)
  }

  /** What is to be shown: a new object after each change. */
  get shown(): Shown {
    return this.#shown
  }

  /** Calls back after each change of `shown`. The returned function ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everybody else who is here. A leader who is not among them any more has left. */
  meet(people: readonly Leader[]): void {
    this.#people = people
    const { leader } = this.#shown
    if (leader === null) return
    const now = people.find(({ identity }) => identity === leader.identity)
    if (now === undefined) {
      this.#end()
      this.#show({ ...nobody, gone: leader })
      this.#forgetAfter(goneFor)
    } else if (now.name !== leader.name || now.hue !== leader.hue || !same(now.clients, leader.clients)) {
      this.#show({ ...this.#shown, leader: now })
      this.#say('follows', now.clients)
    }
  }

  /** Looks where this person looks, until `stop`. */
  follow(leader: Leader): void {
    this.#looked = this.#cursor = ''
    this.#show({ ...nobody, leader })
    this.#say('follows', leader.clients)
    this.#keepUp()
  }

  /** Follows nobody any more, and goes nowhere by itself. */
  stop(): void {
    this.#stopSettling()
    if (this.#shown.leader === null) return
    this.#end()
    this.#show(nobody)
  }

  /** Asks everybody to look at what this page looks at. */
  call(): void {
    this.#say('view', this.#screen.outlook())
    this.#say('calls', Date.now())
  }

  /** Answers who asks: goes to where they look, once, or not. */
  answer(go: boolean): void {
    const { asking } = this.#shown
    if (asking === null) return
    this.#show(nobody)
    this.#looked = ''
    if (go) this.#lookWith(asking.clients)
  }

  /** This page looks at something else, or its caret moved. */
  moved(): void {
    if (this.#later !== null || !this.#isFollowed || this.#isMutual) return
    this.#later = setTimeout(
      () => {
        this.#later = null
        this.#tell()
      },
      Math.max(this.#told + pace - Date.now(), 0),
    )
  }

  /** Ends all of it. */
  close(): void {
    this.#awareness.off('change', this.#changed)
    if (this.#later !== null) clearTimeout(this.#later)
    if (this.#ending !== null) clearTimeout(this.#ending)
    this.#stopSettling()
    this.#listeners.clear()
  }

  readonly #changed = ({ added, updated }: { added: number[]; updated: number[] }): void => {
    for (const client of [...added, ...updated]) this.#heed(client)
    if (this.#own('view') === undefined && this.#isFollowed) this.#tell()
    this.#keepUp()
  }

  /** Somebody may have called. */
  #heed(client: number): void {
    if (client === this.#awareness.clientID) return
    const calls: unknown = this.#awareness.getStates().get(client)?.['calls']
    const known = this.#calls.has(client)
    const before = this.#calls.get(client)
    this.#calls.set(client, calls)
    if (!known || calls === before || typeof calls !== 'number' || this.#shown.leader !== null) return
    const asking = this.#people.find(({ clients }) => clients.includes(client))
    if (asking === undefined) return
    this.#show({ ...nobody, asking })
    this.#forgetAfter(asksFor)
  }

  #keepUp(): void {
    const { leader } = this.#shown
    if (leader !== null) this.#lookWith(leader.clients)
  }

  /** The page that was used last tells what it looks at; when only the caret moved, that is what to look at. */
  #lookWith(clients: readonly number[]): void {
    for (const client of clients) {
      const state = this.#awareness.getStates().get(client)
      const outlook = readOutlook(state?.['view'])
      if (outlook === null) continue
      const [look, cursor] = [JSON.stringify(outlook), JSON.stringify(state?.['cursor'] ?? null)]
      if (look !== this.#looked) this.#look(outlook, attempts)
      else if (cursor !== this.#cursor && cursor !== 'null') this.#screen.lookAtCaret([client])
      this.#looked = look
      this.#cursor = cursor
      return
    }
    this.#screen.lookAtCaret(clients) // a page that tells nothing has at least a caret
  }

  #look(outlook: Outlook, left: number): void {
    this.#screen.look(outlook)
    this.#stopSettling()
    if (left > 0) this.#settling = setTimeout(() => this.#look(outlook, left - 1), settling)
  }

  #stopSettling(): void {
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = null
  }

  get #isFollowed(): boolean {
    for (const client of this.#awareness.getStates().keys()) if (this.#isFollowedBy(client)) return true
    return false
  }

  /** Two who follow each other look where they are: else each would chase what the other was shown. */
  get #isMutual(): boolean {
    return this.#shown.leader?.clients.some((client) => this.#isFollowedBy(client)) === true
  }

  #isFollowedBy(client: number): boolean {
    const self = this.#awareness.clientID
    const follows: unknown = client === self ? null : this.#awareness.getStates().get(client)?.['follows']
    return Array.isArray(follows) && follows.includes(self)
  }

  #tell(): void {
    this.#told = Date.now()
    const outlook = this.#screen.outlook()
    if (JSON.stringify(outlook) !== JSON.stringify(this.#own('view') ?? null)) this.#say('view', outlook)
  }

  #own(field: string): unknown {
    return this.#awareness.getLocalState()?.[field]
  }

  #say(field: string, value: unknown): void {
    if (this.#awareness.getLocalState() !== null) this.#awareness.setLocalStateField(field, value)
  }

  #end(): void {
    this.#say('follows', null)
  }

  #show(shown: Shown): void {
    if (this.#ending !== null) clearTimeout(this.#ending)
    this.#ending = null
    this.#shown = shown
    for (const listener of this.#listeners) listener()
  }

  #forgetAfter(ms: number): void {
    this.#ending = setTimeout(() => this.#show({ ...this.#shown, asking: null, gone: null }), ms)
  }
}

const same = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((client, index) => client === other[index])
