import { diff, fold } from './compact.ts'
import { sittings } from './history.ts'
import type { Row } from './history.ts'
import type { Document, Person, Sitting, Store } from './store.ts'
import { realTime } from './time.ts'
import type { Time } from './time.ts'
import { emptyBase } from '@quire/sync/log'
import type { Base, Log, Owner } from '@quire/sync/log'

interface Room {
  base: Base
  tail: Row[]
  history: Sitting[]
  owners: Map<number, string>
  schema: number
}

/** A store that forgets everything at its end. For tests. */
export const openMemory = (time: Time = realTime): Store => {
  const rooms = new Map<string, Room>()
  const documents = new Map<string, Document>()
  const people = new Map<string, Person>()
  let closed = false
  const room = (name: string): Room => {
    const found = rooms.get(name) ?? {
      base: emptyBase,
      tail: [],
      history: [],
      owners: new Map<number, string>(),
      schema: 0,
    }
    rooms.set(name, found)
    return found
  }
  const open = (): void => {
    if (closed) throw new Error('The store is closed.')
  }
  const move = (id: string, trashed: boolean): boolean => {
    const found = documents.get(id)
    if (!found || (found.deleted !== null) === trashed) return false
    documents.set(
      id,
      trashed ? { ...found, deleted: time.now(), epoch: crypto.randomUUID() } : { ...found, deleted: null },
    )
    return true
  }

  const log = (name: string): Log => {
    let loaded = false
    const usable = (): Room => {
      open()
      if (!loaded) throw new Error('A log is loaded before it is used.')
      return room(name)
    }
    return {
      load: async () => {
        open()
        loaded = true
        const { base, tail, owners, schema } = room(name)
        return {
          base,
          runs: [],
          tail: tail.map(({ update }) => update),
          owners: [...owners].map(([client, identity]) => ({ client, identity })),
          schema,
          damaged: false,
        }
      },
      append: async ({ update, author, owners, schema }) => {
        const at = usable()
        const { base, tail } = at
        bind(at, owners)
        at.schema = Math.max(at.schema, schema)
        tail.push({
          position: base.position + tail.length + 1,
          author,
          time: time.now(),
          update: update.slice(),
        })
      },
      bind: async (owners) => {
        open()
        bind(room(name), owners)
      },
      compact: async () => {
        const at = usable()
        if (at.tail.length === 0) return at.base
        const body = fold([at.base.state, ...at.tail.map(({ update }) => update)])
        at.history.push(...sittings(at.tail))
        at.base = { position: at.base.position + at.tail.length, ...body }
        at.tail = []
        return at.base
      },
      diff: async (vector) => {
        open()
        const { base } = room(name)
        return { position: base.position, updates: diff(base.state, base.deletes, vector) }
      },
      backlog: 0,
    }
  }

  return {
    log,
    documents: {
      create: async (id, owner, title) => {
        open()
        if (documents.has(id)) throw new Error(`The document ${id} was made before.`)
        const now = time.now()
        const epoch = crypto.randomUUID()
        const made = { id, owner, epoch, title, created: now, edited: now, position: 0, deleted: null }
        documents.set(id, made)
        return made
      },
      read: async (id) => {
        open()
        return documents.get(id) ?? null
      },
      mine: async (owner) => {
        open()
        return [...documents.values()]
          .filter((document) => document.owner === owner && document.deleted === null)
          .toSorted((a, b) => b.edited - a.edited || (a.id < b.id ? -1 : 1))
      },
      note: async (id, position, title) => {
        open()
        const found = documents.get(id)
        if (!found || position < found.position) return
        const { tail, history } = room(id)
        const edited =
          tail.findLast((row) => row.position <= position)?.time ??
          history.findLast(({ first }) => first <= position)?.until ??
          found.created
        documents.set(id, { ...found, position, title, edited })
      },
      trash: async (id) => {
        open()
        return move(id, true)
      },
      restore: async (id) => {
        open()
        return move(id, false)
      },
    },
    people: {
      read: async (id) => {
        open()
        return people.get(id) ?? null
      },
      write: async (person) => {
        open()
        people.set(person.id, person)
      },
    },
    history: async (name) => {
      open()
      return [...room(name).history]
    },
    check: async () => open(),
    unclean: false,
    epoch: '',
    backlog: { updates: 0, bytes: 0 },
    close: async () => {
      closed = true
    },
  }
}

const bind = ({ owners }: Room, added: readonly Owner[]): void => {
  for (const { client, identity } of added) if (!owners.has(client)) owners.set(client, identity)
}
