import type { Socket as Wire } from 'node:net'

/** What can be asked: functions of values that can be copied between processes. */
export type Calls = Record<string, (...args: never[]) => unknown>

/** The same, by whoever answers. */
export type Answers<C extends Calls> = {
  readonly [K in keyof C]: (...args: Parameters<C[K]>) => Promise<ReturnType<C[K]>>
}

type Envelope<T> =
  | { is: 'told'; told: T }
  | { is: 'asked'; id: number; name: string; args: never[] }
  | { is: 'answer'; id: number; value: unknown }
  | { is: 'failure'; id: number; problem: string }

/** What a channel joins. */
export interface Ends<FromHere, FromThere, OfHere extends Calls> {
  /** Carries a message to the other process, in order, and a connection with it. Never throws. */
  readonly send: (message: Envelope<FromHere>, wire?: Wire) => void
  /** Called for all that the other process tells, with the connection that came with it. */
  readonly hear: (told: FromThere, wire: Wire | null) => void
  readonly answers: Answers<OfHere>
  /** Called before an answer leaves, for what must arrive earlier. */
  readonly first: () => void
}

/** One end of what two processes say to each other: things told, and questions with answers. */
export class Channel<FromHere, FromThere, OfHere extends Calls, OfThere extends Calls> {
  readonly #ends: Ends<FromHere, FromThere, OfHere>
  readonly #asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #closed: Error | null = null
  #id = 0

  constructor(ends: Ends<FromHere, FromThere, OfHere>) {
    this.#ends = ends
  }

  tell(told: FromHere, wire?: Wire): void {
    if (this.#closed === null) this.#ends.send({ is: 'told', told }, wire)
  }

  /** Rejects with what went wrong there, or when the channel is closed before there is an answer. */
  ask<K extends keyof OfThere & string>(
    name: K,
    ...args: Parameters<OfThere[K]>
  ): Promise<ReturnType<OfThere[K]>> {
    if (this.#closed !== null) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      const id = ++this.#id
      // the other end answers what OfThere says for this name
      this.#asked.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#ends.send({ is: 'asked', id, name, args })
    })
  }

  /** Takes what arrived from the other process, which runs this same program. */
  receive(message: unknown, wire: Wire | null): void {
    if (this.#closed !== null) return
    const envelope = message as Envelope<FromThere>
    switch (envelope.is) {
      case 'told':
        return this.#ends.hear(envelope.told, wire)
      case 'asked':
        return void this.#answer(envelope.id, envelope.name, envelope.args)
      case 'answer':
        return this.#take(envelope.id)?.resolve(envelope.value)
      case 'failure':
        return this.#take(envelope.id)?.reject(new Error(envelope.problem))
      default:
        envelope satisfies never
    }
  }

  /** The other process is gone: nothing is heard or said any more, and what was asked and not answered rejects. */
  close(reason: Error): void {
    this.#closed = reason
    for (const { reject } of this.#asked.values()) reject(reason)
    this.#asked.clear()
  }

  #take(id: number) {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    return asked
  }

  async #answer(id: number, name: string, args: never[]): Promise<void> {
    let envelope: Envelope<FromHere>
    try {
      const value = await this.#ends.answers[name]?.(...(args as Parameters<OfHere[string]>))
      envelope = { is: 'answer', id, value }
    } catch (error) {
      envelope = { is: 'failure', id, problem: error instanceof Error ? error.message : String(error) }
    }
    if (this.#closed !== null) return
    this.#ends.first()
    this.#ends.send(envelope)
  }
}
