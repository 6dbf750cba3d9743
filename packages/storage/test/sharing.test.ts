import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openMemory } from '../src/memory.ts'
import type { Givable } from '../src/sharing.ts'
import { openSqlite } from '../src/sqlite.ts'
import type { Store } from '../src/store.ts'
import { folder } from './folder.ts'

// What every store must remember of who may do what, as of the server's own tests; here what only the store can break.

const stores: Record<string, () => Promise<Store>> = {
  memory: async () => openMemory(),
  sqlite: async () => openSqlite(folder()),
}

for (const [name, open] of Object.entries(stores)) {
  const story = (title: string, tell: (store: Store) => Promise<void>): void =>
    void test(`${title} (${name})`, async (t: TestContext) => {
      const store = await open()
      t.after(() => store.close())
      await store.documents.create('plan', 'ada', 'Plan')
      await tell(store)
    })
  const link = (id: string, more: { most?: number; expires?: number; role?: Givable } = {}) => ({
    id,
    document: 'plan',
    label: '',
    role: more.role ?? 'edit',
    giver: 'ada',
    made: 1000,
    expires: more.expires ?? null,
    most: more.most ?? null,
    password: null,
  })

  story(
    'a document from before there was sharing is open to whoever has its address',
    async ({ sharing }) => {
      assert.deepEqual(await sharing.standing('plan', 'ben', 0), {
        general: 'edit',
        copying: true,
        given: null,
      })
      await sharing.open('plan', 'none', false)
      assert.deepEqual(await sharing.standing('plan', 'ben', 0), {
        general: 'none',
        copying: false,
        given: null,
      })
    },
  )

  story(
    'somebody has the highest of what they were given, and what a link gave ends with it',
    async ({ sharing }) => {
      await sharing.grant('plan', 'ben', 'view', 'ada', 1000)
      await sharing.addLink(link('l1', { expires: 5000 }), 'hash 1')
      assert.equal(await sharing.useLink('hash 1', 'ben', 2000), true)
      const given = async (now: number) => (await sharing.standing('plan', 'ben', now)).given
      assert.equal(await given(4999), 'edit')
      assert.equal(await given(5000), 'view')
      assert.equal(await sharing.useLink('hash 1', 'eve', 5000), false)
      assert.deepEqual(await sharing.sharedWith('ben', 6000), ['plan'])
      await sharing.addLink(link('l2'), 'hash 2')
      await sharing.useLink('hash 2', 'eve', 6000)
      assert.equal(await sharing.revoke('plan', 'l2', 7000), true)
      assert.equal(await sharing.revoke('plan', 'l2', 7000), false)
      assert.deepEqual(await sharing.sharedWith('eve', 7000), [])
    },
  )

  story('of many who use a link at once no more get in than may', async ({ sharing }) => {
    await sharing.addLink(link('l1', { most: 3 }), 'hash')
    const people = Array.from({ length: 10 }, (_, at) => `guest ${at}`)
    const used = await Promise.all(people.map((who) => sharing.useLink('hash', who, 2000)))
    assert.equal(used.filter(Boolean).length, 3)
    assert.equal((await sharing.links('plan', 2000))[0]?.uses, 3)
  })

  story(
    'a guest becomes an account once, with all that was theirs, and the higher of two roles',
    async (store) => {
      const { sharing, accounts, documents, people } = store
      await documents.create('own', 'guest', 'Own')
      await people.write({ id: 'guest', name: 'Ada', color: 3 })
      await sharing.grant('plan', 'guest', 'edit', 'ada', 1000)
      await sharing.grant('plan', '@ada', 'view', 'ada', 1000)
      await sharing.star('guest', 'plan', true)
      await accounts.add({ id: '@ada', email: 'ada@example.org', verified: false, password: null, made: 1 })
      assert.equal(await accounts.become('guest', '@ada'), true)
      assert.equal(await accounts.become('guest', '@ada'), false)
      assert.equal(await accounts.became('guest'), '@ada')
      assert.equal((await documents.read('own'))?.owner, '@ada')
      assert.deepEqual(
        (await documents.mine('@ada')).map(({ id }) => id),
        ['own'],
      )
      assert.equal((await sharing.standing('plan', '@ada', 2000)).given, 'edit')
      assert.equal((await sharing.standing('plan', 'guest', 2000)).given, null)
      assert.equal((await sharing.shelf('@ada'))[0]?.starred, true)
      assert.equal((await people.read('@ada'))?.name, 'Ada')
    },
  )

  story('what is deleted for good leaves nothing but its id', async (store) => {
    const { documents, sharing, search } = store
    const log = store.log('plan')
    await log.load()
    await log.append({ update: Uint8Array.of(0, 0), author: 'ada', owners: [], schema: 0 })
    await sharing.grant('plan', 'ben', 'edit', 'ada', 1000)
    assert.equal(await documents.purge('plan'), false, 'it is not in the trash')
    await documents.trash('plan')
    assert.deepEqual(
      (await documents.trashed('ada')).map(({ id }) => id),
      ['plan'],
    )
    assert.equal(await documents.purge('plan'), true)
    assert.equal(await documents.purge('plan'), false)
    await sharing.forget('plan')
    assert.deepEqual((await store.log('plan').load()).tail, [])
    assert.deepEqual(await sharing.standing('plan', 'ben', 2000), {
      general: 'none',
      copying: false,
      given: null,
    })
    assert.deepEqual(await documents.trashed('ada'), [])
    await assert.rejects(documents.create('plan', 'eve', 'Mine'), /made before/)
    assert.equal(await search.indexed('plan'), null)
  })

  story(
    'words are found by their beginning, in the documents of the scope, and nowhere else',
    async ({ search }) => {
      await search.index('plan', 1, 'The plan', 'We meet in Zürich.')
      await search.index('other', 1, 'Other', 'Zürich again.')
      const find = async (query: string, ...among: string[]) =>
        search.find(query, { identity: 'eve', now: 0, documents: among }, 10)
      assert.deepEqual(await find('zuri', 'plan'), ['plan'])
      assert.deepEqual(await find('zuri'), [])
      await search.index('plan', 2, 'The plan', 'We meet in Bern.')
      assert.deepEqual(await find('zuri', 'plan', 'other'), ['other'])
      assert.equal(await search.indexed('plan'), 2)
      await search.unindex('other')
      assert.deepEqual(await find('zuri', 'plan', 'other'), [])
    },
  )

  story('what hooks are to be told waits until it is told', async ({ records }) => {
    const hook = {
      id: 'h',
      owner: 'ada',
      url: 'https://example.org/',
      secret: 's',
      events: ['a', 'b'],
      made: 1,
    }
    await records.addHook(hook)
    assert.deepEqual(await records.tell('ada', 'a', '{}', 1000, 9), { waiting: 1, dropped: 0 })
    assert.deepEqual(await records.tell('ada', 'c', '{}', 1000, 9), { waiting: 0, dropped: 0 })
    assert.deepEqual(await records.tell('ben', 'a', '{}', 1000, 9), { waiting: 0, dropped: 0 })
    const [due] = await records.due(1000, 10, 10, [])
    assert.equal(due?.event, 'a')
    await records.tried(due?.id ?? 0, '500', 2000, 1000)
    assert.deepEqual(await records.due(1999, 10, 10, []), [])
    assert.equal((await records.due(2000, 10, 10, []))[0]?.tries, 1)
    await records.tried(due?.id ?? 0, '200', null, 2000)
    assert.deepEqual(await records.due(9999, 10, 10, []), [])
    assert.equal(await records.dropHook('ben', 'h'), false)
    assert.equal(await records.dropHook('ada', 'h'), true)
    assert.deepEqual(await records.deliveries('h'), [])
  })

  story(
    '[O25] the hooks of all owners take turns, and those of one have so many deliveries waiting',
    async ({ records }) => {
      const hook = { url: 'https://example.org/', secret: 's', events: ['a'], made: 1 }
      for (const [id, owner] of [
        ['h1', 'ada'],
        ['h2', 'ada'],
        ['h3', '@ben'],
      ] as const)
        await records.addHook({ ...hook, id, owner })
      const told = async (now: number, busy: string[] = []): Promise<string[]> => {
        const due = await records.due(now, 10, 10, busy)
        for (const { id } of due) await records.tried(id, '200', null, now)
        return due.map(({ body }) => body)
      }
      for (const body of ['1', '2']) await records.tell('ada', 'a', body, 1000, 3)
      assert.deepEqual(await records.tell('ada', 'a', '3', 1000, 3), { waiting: 0, dropped: 2 })
      await records.tell('@ben', 'a', '4', 2000, 3)
      assert.deepEqual(await told(3000), ['4', '1'])
      assert.deepEqual(await told(3000, ['ada']), [])
      assert.deepEqual((await records.due(3000, 10, 0, [])).length, 0)
      // a hook that fails is left alone with all that waits for it
      const [failing] = await records.due(3000, 10, 10, [])
      await records.tried(failing?.id ?? 0, '500', 9000, 3000)
      const rest = await told(3000)
      assert.deepEqual([rest, await told(8999)], [rest.slice(0, 1), []])
      assert.ok((await told(9000)).length > 0)
      // of what is done only the newest is kept
      for (let i = 0; i < 120; i++) {
        await records.tell('@ben', 'a', String(i), 10_000, 3)
        await told(10_000)
      }
      assert.equal((await records.deliveries('h3')).length, 100)
      assert.ok(await records.dropHook('ada', 'h1'))
      assert.deepEqual(await told(20_000), [])
    },
  )
}
