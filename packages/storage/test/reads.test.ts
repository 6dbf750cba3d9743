import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreBusyError } from '../src/busy.ts'
import { openReads, readOnly } from '../src/reads.ts'
import { openSqlite } from '../src/sqlite.ts'
import { openDatabase } from '../src/tables.ts'
import { onDisk } from './disk.ts'
import { folder } from './folder.ts'
import { write } from './writing.ts'

const session = (hash: string) => ({ hash, account: '@ada', made: 1, seen: 1, agent: '' })
const account = { id: '@ada', email: 'ada@example.org', verified: true, password: null, made: 1 }

test('[O18] on a disk that hangs joins, roles, lists, sign-in and searches are answered, and writes say that they are not', async () => {
  const { disk, time, store } = await onDisk(folder())
  await store.documents.create('plan', 'ada', 'Plan')
  await store.accounts.add(account)
  await store.accounts.signIn(session('h'), 0)
  await store.search.index('plan', 1, 'Plan', '')
  const log = store.log('plan')
  await log.load()
  await log.append(write(Uint8Array.of(1)))

  disk.hold()
  const stuck = assert.rejects(store.accounts.signIn(session('new'), 0), StoreBusyError)
  await disk.holding()
  const behind = assert.rejects(store.documents.create('other', 'ada', 'Other'), StoreBusyError)
  assert.deepEqual((await store.log('plan').load()).tail, [Uint8Array.of(1)])
  assert.equal((await store.documents.read('plan'))?.title, 'Plan')
  assert.equal((await store.documents.mine('ada')).length, 1)
  assert.equal((await store.sharing.standing('plan', 'ben', 1)).general, 'edit')
  assert.equal((await store.accounts.session('h', 0))?.account, '@ada')
  assert.equal((await store.accounts.byEmail('ada@example.org'))?.id, '@ada')
  assert.equal(await store.people.read('ada'), null)
  assert.deepEqual(await store.search.find('plan', { identity: 'ada', now: 1, documents: [] }, 9), ['plan'])
  time.pass(3000)
  await Promise.all([stuck, behind])

  disk.release()
  await store.check()
  assert.equal(await store.documents.read('other'), null, 'what was given up before it began is never done')
  assert.equal((await store.documents.create('other', 'ada', 'Other')).title, 'Other')
})

test('[O18] on a disk that hangs no more than a thousand writes wait', async () => {
  const { disk, time, store } = await onDisk(folder())
  await store.check()
  disk.hold()
  const writes = Array.from({ length: 1500 }, (_, at) =>
    store.people.write({ id: `${at}`, name: '', color: 0 }),
  )
  const outcomes = Promise.allSettled(writes)
  await disk.holding()
  await assert.rejects(store.people.write({ id: 'late', name: '', color: 0 }), /Too many calls wait/)
  time.pass(3000)
  assert.ok((await outcomes).every(({ status }) => status === 'rejected'))
  disk.release()
  await store.check()
  await store.people.write({ id: 'ada', name: 'Ada', color: 0 })
  assert.equal((await store.people.read('ada'))?.name, 'Ada')
  assert.equal(await store.people.read('1400'), null)
})

test('[O18] a read that is asked for after a write has resolved sees it', async () => {
  const store = await openSqlite(folder())
  for (let at = 0; at < 200; at++) {
    const id = `document ${at}`
    await store.documents.create(id, 'ada', '')
    assert.equal((await store.documents.mine('ada')).length, at + 1)
    await store.sharing.open(id, 'none', false)
    assert.equal((await store.sharing.standing(id, 'ben', 1)).general, 'none')
    await store.sharing.grant(id, 'ben', 'edit', 'ada', 1)
    assert.equal((await store.sharing.standing(id, 'ben', 1)).given, 'edit')
    await store.sharing.ungrant(id, 'ben')
    assert.equal((await store.sharing.standing(id, 'ben', 1)).given, null)
  }
  const log = store.log('room')
  await log.load()
  for (let at = 0; at < 50; at++) {
    await log.append(write(Uint8Array.of(at)))
    assert.equal((await store.log('room').load()).tail.length, at + 1)
  }
  await store.close()
})

test('[O18] what is said only to read works on a connection that cannot write', () => {
  const file = join(folder(), 'quire.db')
  openDatabase(file).close()
  const reads = openReads(new DatabaseSync(file, { readOnly: true }))
  for (const table of ['sharing', 'accounts', 'records', 'mail'] as const)
    for (const name of readOnly[table])
      // lists of documents, then names, times and counts
      assert.doesNotThrow(
        () => reads[table](name, name === 'templatesAmong' ? [['a']] : args(table, name)),
        name,
      )
  assert.throws(() => reads.accounts('signIn', [session('h'), 0]), /only reads/)
  assert.throws(() => reads.sharing('star', ['ada', 'plan', true]), /only reads/)
})

/** Something that each of these functions takes. */
const args = (table: string, name: string): unknown[] => {
  if (table === 'sharing')
    return name === 'standing'
      ? ['plan', 'ada', 1]
      : name === 'ended'
        ? [1, 2]
        : name === 'nextEnd'
          ? [1]
          : ['plan', 1]
  if (table === 'mail' || name === 'quiet') return [1, 10]
  return name === 'bySubject' ? ['issuer', 'subject'] : ['ada', 10]
}
