import { DatabaseSync } from 'node:sqlite'
import { openAccounts } from './accounts.ts'
import { diff, fold } from './compact.ts'
import type { DueFile, StoredFile } from './files.ts'
import { sittings } from './history.ts'
import type { Row } from './history.ts'
import { openLists } from './lists.ts'
import { openMail } from './mail.ts'
import { advance, migrations } from './migrate.ts'
import { openRecords } from './records.ts'
import { remote, run } from './remote.ts'
import { openSearcher, openSearchIndex, searchTextOf } from './search.ts'
import { openSharing } from './sharing.ts'
import type { Document, Sitting, Store } from './store.ts'
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
  // lists are kept as on a disk, in a database that is nowhere
  const db = new DatabaseSync(':memory:')
  advance(db, migrations())
  const once = <T>(work: () => T): T => work()
  const lists = openLists(db, once)
  const sharing = openSharing(db, once)
  const accounts = openAccounts(db, once)
  const search = openSearchIndex(db, once)
  const searcher = openSearcher(db)
  const records = openRecords(db, once)
  const mail = openMail(db, once)
  const files = new Map<string, StoredFile & DueFile>()
  /** Owners may have changed there. */
  const follow = <T>(value: T): T => {
    for (const [id, document] of documents)
      documents.set(id, { ...document, owner: lists.read(id)?.owner ?? document.owner })
    for (const [key, file] of files)
      files.set(key, { ...file, author: accounts.became(file.author) ?? file.author })
    return value
  }
  const used = (name: string): number =>
    [...files.values()].reduce((sum, { room, size }) => sum + (room === name ? size : 0), 0)
  let running = 0
  const due = new Map<string, { deleted: number | null; since: number }>()
  /** The rooms of a document take so many bytes. */
  const textOf = (id: string): number =>
    [...rooms].reduce((sum, [name, { base, tail, history }]) => {
      const pieces = name === id || name.startsWith(`${id}/`) ? [...tail, ...history] : []
      return (
        sum +
        (pieces.length > 0 ? base.state.length : 0) +
        pieces.reduce((all, { update }) => all + update.length, 0)
      )
    }, 0)
  const filesWhere = (wanted: (file: StoredFile) => boolean): number =>
    [...files.values()].reduce((sum, file) => sum + (wanted(file) ? file.size : 0), 0)
  const documentsOf = (wanted: (document: Document) => boolean): number =>
    [...documents.values()].filter(wanted).reduce((sum, { id }) => sum + 4096 + textOf(id), 0)
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
        return { position: base.position, updates: diff(base, vector) }
      },
      backlog: 0,
    }
  }

  return {
    log,
    copy: async (from, to, author) => {
      open()
      const [source, target] = [room(from), room(to)]
      const base = source.base.position > 0 ? [source.base.state] : []
      for (const update of [...base, ...source.tail.map((entry) => entry.update)])
        target.tail.push({
          position: target.tail.length + 1,
          author,
          time: time.now(),
          update: update.slice(),
        })
      target.schema = source.schema
      return true
    },
    documents: {
      create: async (id, owner, title) => {
        open()
        if (documents.has(id)) throw new Error(`The document ${id} was made before.`)
        const now = time.now()
        const epoch = crypto.randomUUID()
        const made = lists.create(id, owner, epoch, title, now)
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
      outdated: async (after, count) => {
        open()
        const looked = [...documents.keys()]
          .filter((id) => id > after)
          .toSorted()
          .slice(0, count)
        const last = (id: string): number => {
          const found = rooms.get(id)
          return found === undefined ? 0 : found.base.position + found.tail.length
        }
        const outdated = looked
          .flatMap((id) => documents.get(id) ?? [])
          .filter(
            ({ id, deleted, position }) =>
              deleted === null && Math.min(position, search.indexed(id) ?? 0) < last(id),
          )
        return { documents: outdated, next: looked.at(-1) ?? null }
      },
      trash: async (id) => {
        open()
        return move(id, true)
      },
      restore: async (id) => {
        open()
        return move(id, false)
      },
      trashed: async (owner) => {
        open()
        return [...documents.values()]
          .filter((document) => document.owner === owner && document.deleted !== null)
          .toSorted((a, b) => (b.deleted ?? 0) - (a.deleted ?? 0) || (a.id < b.id ? -1 : 1))
      },
      duePurges: async (before, ran, apart) => {
        open()
        running += ran
        const found = [...documents.values()].filter(
          ({ deleted, owner }) => deleted !== null && deleted < before && owner !== '',
        )
        const known = new Map(due)
        due.clear()
        for (const { id, deleted } of found) {
          const last = known.get(id)
          due.set(id, last?.deleted === deleted ? last : { deleted, since: running })
        }
        return [...due].filter(([, { since }]) => since <= running - apart).map(([id]) => id)
      },
      purge: async (id) => {
        open()
        const found = documents.get(id)
        if (!found || found.deleted === null || found.owner === '') return false
        documents.set(id, { ...found, owner: '', title: '' })
        lists.trash(id, found.deleted, found.epoch)
        lists.bury(id)
        for (const name of rooms.keys()) if (name === id || name.startsWith(`${id}/`)) rooms.delete(name)
        return true
      },
    },
    people: {
      read: async (id) => {
        open()
        return lists.person(id)
      },
      write: async (person) => {
        open()
        lists.writePerson(person)
      },
    },
    sharing: remote(async (name, args) => {
      open()
      return follow(run(sharing, name, args))
    }),
    accounts: remote(async (name, args) => {
      open()
      return follow(run(accounts, name, args))
    }),
    search: {
      index: async (document, position, title, text) => {
        open()
        search.putText(document, position, searchTextOf(title, text))
      },
      indexed: async (document) => {
        open()
        return search.indexed(document)
      },
      unindex: async (document) => {
        open()
        search.unindex(document)
      },
      find: async (query, scope, limit) => {
        open()
        return searcher.find(query, scope, limit)
      },
      excerpts: async (query, documents) => {
        open()
        return searcher.excerpts(query, documents)
      },
    },
    records: remote(async (name, args) => {
      open()
      return run(records, name, args)
    }),
    mail: remote(async (name, args) => {
      open()
      return run(mail, name, args)
    }),
    files: {
      add: async (file, due, most) => {
        open()
        const there = files.get(fileKey(file))
        if (there === undefined && used(file.room) + file.size > most) return false
        files.set(
          fileKey(file),
          there ? { ...there, due: Math.max(there.due, due) } : { ...file, due, missed: true },
        )
        return true
      },
      read: async (room, id) => {
        open()
        const found = files.get(fileKey({ room, id }))
        return found ? fileOf(found) : null
      },
      of: async (room) => {
        open()
        return [...files.values()]
          .filter((file) => file.room === room)
          .toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
          .map(fileOf)
      },
      used: async (room) => {
        open()
        return used(room)
      },
      share: async (from, to, author, due) => {
        open()
        for (const file of [...files.values()].filter(({ room }) => room === from)) {
          const there = files.get(fileKey({ room: to, id: file.id }))
          const next = there
            ? { ...there, due: Math.max(there.due, due) }
            : { ...file, room: to, author, due, missed: true }
          files.set(fileKey(next), next)
        }
      },
      due: async (now, count) => {
        open()
        return [...files.values()]
          .filter(({ due }) => due <= now)
          .toSorted((a, b) => a.due - b.due || (fileKey(a) < fileKey(b) ? -1 : 1))
          .slice(0, count)
          .map(({ room, id, due, missed }) => ({ room, id, due, missed }))
      },
      seen: async (file, mentioned, due) => {
        open()
        const found = files.get(fileKey(file))
        if (found?.due === file.due) files.set(fileKey(file), { ...found, due, missed: !mentioned })
      },
      drop: async (file) => {
        open()
        if (files.get(fileKey(file))?.due === file.due) files.delete(fileKey(file))
      },
      has: async (hash) => {
        open()
        return [...files.values()].some((file) => file.hash === hash)
      },
    },
    usage: async (owner) => {
      open()
      return {
        own:
          filesWhere(({ author }) => author === owner) + documentsOf((document) => document.owner === owner),
        total: filesWhere(() => true) + documentsOf((document) => document.owner !== ''),
      }
    },
    documentSize: async (id) => {
      open()
      return (rooms.has(id) ? textOf(id) : 0) + filesWhere(({ room }) => room === id)
    },
    mentions: async (name, word) => {
      open()
      const { base, tail, history } = room(name)
      return [base.state, ...[...tail, ...history].map(({ update }) => update)].some((bytes) =>
        Buffer.from(bytes).includes(word),
      )
    },
    history: async (name) => {
      open()
      return [...room(name).history]
    },
    check: async () => open(),
    unclean: false,
    epoch: '',
    refusesStockFor: 0,
    backlog: { updates: 0, bytes: 0 },
    waiting: 0,
    close: async () => {
      closed = true
    },
  }
}

const bind = ({ owners }: Room, added: readonly Owner[]): void => {
  for (const { client, identity } of added) if (!owners.has(client)) owners.set(client, identity)
}

const fileKey = ({ room, id }: Pick<StoredFile, 'room' | 'id'>): string => `${id} ${room}`
const fileOf = ({ due: _due, missed: _missed, ...file }: StoredFile & DueFile): StoredFile => file
