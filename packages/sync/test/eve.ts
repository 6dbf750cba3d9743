import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { encodeHave, encodePresence, encodeRest, encodeUpdate } from '../src/message.ts'
import type { Role } from '../src/role.ts'
import type { Chance } from './edits.ts'
import { mutate } from './mutate.ts'
import { Wire } from './world.ts'
import type { World } from './world.ts'

/** Somebody who may come in and means no good: she says whatever might hurt, made from what she hears. */
export class Eve {
  readonly #world: World
  readonly #role: Role
  readonly #heard: Uint8Array[] = [Uint8Array.of(0, 2, 2, 0, 0)]
  #wire = new Wire()

  constructor(world: World, role: Role) {
    this.#world = world
    this.#role = role
    this.#join()
  }

  /** One attack, drawn by chance. She comes back each time she is thrown out. */
  strike(chance: Chance): void {
    if (this.#wire.closed !== null) this.#join()
    this.#heard.push(...this.#wire.toPage.splice(0))
    if (this.#heard.length > 40) this.#heard.splice(0, this.#heard.length - 40)
    this.#world.room.receive(this.#wire, this.#frame(chance))
  }

  #frame(chance: Chance): Uint8Array {
    const heard = (): Uint8Array => this.#heard[chance(this.#heard.length)] ?? new Uint8Array()
    const victim = this.#world.people[chance(this.#world.people.length)]
    switch (chance(7)) {
      case 0: // words in somebody's mouth
        return encodeUpdate(forged(victim?.doc, chance))
      case 1: // the same, as an answer
        return encodeRest(forged(victim?.doc, chance))
      case 2: {
        // somebody else's presence, or their end
        const encoder = encoding.createEncoder()
        encoding.writeVarUint(encoder, victim?.doc.clientID ?? 1)
        encoding.writeVarUint(encoder, chance(5))
        encoding.writeVarString(encoder, chance(2) === 0 ? 'null' : '{"user":{"name":"eve"}}')
        return encodePresence([encoding.toUint8Array(encoder)])
      }
      case 3:
        return encodeHave(mutate(Uint8Array.of(1, 7, 3), heard(), chance))
      case 4:
        return Uint8Array.from({ length: chance(30) }, () => chance(256))
      default:
        return mutate(heard(), heard(), chance)
    }
  }

  #join(): void {
    this.#wire = new Wire()
    this.#world.room.join(this.#wire, {
      identity: 'eve',
      name: 'eve',
      verified: true,
      role: this.#role,
      page: null,
    })
  }
}

/** An update under somebody's client id that continues what they have. */
const forged = (doc: Y.Doc | undefined, chance: Chance): Uint8Array => {
  const copy = new Y.Doc()
  if (doc !== undefined) Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = Y.encodeStateVector(copy)
  copy.clientID = doc?.clientID ?? 1
  copy.getText('text').insert(0, 'forged '.slice(0, 1 + chance(7)))
  const update = Y.encodeStateAsUpdate(copy, before)
  copy.destroy()
  return update
}
