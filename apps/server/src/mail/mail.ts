import type { Mail as Mails } from '@quire/storage/store'
import type { Clock } from '@quire/sync/clock'
import type { Sparing } from '../log.ts'
import type { Carrier } from './carrier.ts'
import { Rounds } from '../rounds.ts'
import type { Letter } from './letter.ts'

/** What mail is sent with. */
export interface Parts {
  readonly mails: Pick<Mails, 'keep' | 'due' | 'tried'>
  readonly carrier: Carrier
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly wall: () => number
  readonly sparing: Sparing
}

const minute = 60_000
/** After each try that failed; then it is given up. */
const pauses = [minute, 10 * minute, 60 * minute, 6 * 60 * minute, 24 * 60 * minute]
/** The same for a mail whose secret ends after a quarter of an hour. */
const hurries = [5000, 20_000, minute, 3 * minute]
const [atOnce, mostSecrets] = [4, 200]

/**
 * Sends mail. What can wait is on disk before anybody is called, so a restart forgets nothing; what holds a secret is
 * kept in memory only, and whoever asked for it asks again.
 */
export class Mail {
  readonly #parts: Parts
  readonly #rounds: Rounds
  #closed = false
  #secrets = 0
  readonly #hurrying = new Set<() => void>()

  constructor(parts: Parts) {
    const { mails, clock, wall, sparing } = parts
    this.#parts = parts
    const work = async (): Promise<boolean> => {
      const due = await mails.due(wall(), atOnce)
      await Promise.all(
        due.map(async ({ id, letter, tries }) => {
          const again = await this.#carry(JSON.parse(letter) as Letter, tries) // as `send` wrote it
          const pause = again ? pauses[tries] : undefined
          await mails.tried(id, pause === undefined ? null : wall() + pause)
        }),
      )
      return due.length === atOnce
    }
    this.#rounds = new Rounds(clock, work, (error) =>
      sparing.say('error', { err: error }, 'mail could not be sent'),
    )
  }

  /** Sends it in good time. Resolves when it is on disk. */
  async send(letter: Letter): Promise<void> {
    const { mails, wall, sparing } = this.#parts
    if (await mails.keep(JSON.stringify(letter), wall())) this.#rounds.look()
    else sparing.say('error', {}, 'too many mails wait: one was left out')
  }

  /** Sends what holds a secret, at once or within minutes. Nobody waits for it. */
  hurry(letter: Letter): void {
    if (this.#closed) return
    if (this.#secrets >= mostSecrets)
      return this.#parts.sparing.say('error', {}, 'too many mails wait: one was left out')
    this.#secrets++
    void this.#hurry(letter, 0)
  }

  close(): void {
    this.#closed = true
    this.#rounds.close()
    for (const callOff of this.#hurrying) callOff()
    this.#parts.carrier.close()
  }

  async #hurry(letter: Letter, tries: number): Promise<void> {
    const again = await this.#carry(letter, tries)
    const pause = again ? hurries[tries] : undefined
    if (pause === undefined || this.#closed) return void this.#secrets--
    const callOff = this.#parts.clock.after(pause, () => {
      this.#hurrying.delete(callOff)
      void this.#hurry(letter, tries + 1)
    })
    this.#hurrying.add(callOff)
  }

  /** True when it is to be tried again. */
  async #carry(letter: Letter, tries: number): Promise<boolean> {
    const outcome = await this.#parts.carrier.carry(letter)
    if (outcome.sent) return false
    this.#parts.sparing.say('warn', { why: outcome.why, tries: tries + 1 }, 'a mail could not be sent')
    return outcome.again
  }
}
