import type { DatabaseSync } from 'node:sqlite'
import { openAccounts } from './accounts.ts'
import { openFiles } from './files.ts'
import { openLists } from './lists.ts'
import { openLoad } from './load.ts'
import type { Loaded } from './load.ts'
import { openMail } from './mail.ts'
import { openRecords } from './records.ts'
import { run } from './remote.ts'
import { openSearchIndex } from './search.ts'
import { openSharing } from './sharing.ts'
import { openUsage } from './usage.ts'

/** What the thread can be asked that reads for joins, roles, lists and sign-in. */
export type Reads = ReturnType<typeof openReads>

/** The functions of these that only read; all others belong to the thread that writes. */
export const readOnly = {
  sharing: new Set<string>([
    'standing',
    'grants',
    'sharedWith',
    'links',
    'link',
    'requests',
    'shelf',
    'visits',
    'templatesAmong',
    'nextEnd',
    'ended',
  ] satisfies (keyof ReturnType<typeof openSharing>)[]),
  accounts: new Set<string>([
    'read',
    'byEmail',
    'bySubject',
    'session',
    'sessions',
    'became',
    'key',
    'keys',
  ] satisfies (keyof ReturnType<typeof openAccounts>)[]),
  records: new Set<string>([
    'ofDocument',
    'ofPerson',
    'hooks',
    'hook',
    'quiet',
    'deliveries',
  ] satisfies (keyof ReturnType<typeof openRecords>)[]),
  mail: new Set<string>(['due'] satisfies (keyof ReturnType<typeof openMail>)[]),
} as const

/** Reads a database that another connection writes to. Each call sees one state of it, the newest that is committed. */
export const openReads = (db: DatabaseSync) => {
  const [begin, end] = [db.prepare('BEGIN'), db.prepare('COMMIT')]
  const snapshot = <T>(work: () => T): T => {
    if (db.isTransaction) db.exec('ROLLBACK') // it could not end
    begin.run()
    try {
      return work()
    } finally {
      end.run()
    }
  }
  const within =
    <A extends unknown[], T>(work: (...args: A) => T) =>
    (...args: A): T =>
      snapshot(() => work(...args))
  const never = (): never => {
    throw new Error('This connection only reads.')
  }
  const load = openLoad(db)
  const lists = openLists(db, never)
  const files = openFiles(db, never)
  const { usage, documentSize } = openUsage(db)
  const [sharing, accounts, records, mail] = [
    openSharing(db, never),
    openAccounts(db, never),
    openRecords(db, never),
    openMail(db, never),
  ]
  return {
    load: (name: string): Loaded => snapshot(() => load(name)),
    read: within(lists.read),
    mine: within(lists.mine),
    trashed: within(lists.trashed),
    outdated: within(lists.outdated),
    person: within(lists.person),
    readFile: within(files.readFile),
    filesOf: within(files.filesOf),
    filesUsed: within(files.filesUsed),
    dueFiles: within(files.dueFiles),
    hasBytes: within(files.hasBytes),
    indexed: within(openSearchIndex(db, never).indexed),
    usage: within(usage),
    documentSize: within(documentSize),
    sharing: (name: string, args: readonly unknown[]): unknown => snapshot(() => run(sharing, name, args)),
    accounts: (name: string, args: readonly unknown[]): unknown => snapshot(() => run(accounts, name, args)),
    records: (name: string, args: readonly unknown[]): unknown => snapshot(() => run(records, name, args)),
    mail: (name: string, args: readonly unknown[]): unknown => snapshot(() => run(mail, name, args)),
  }
}
