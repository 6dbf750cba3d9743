import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openMemory } from '../src/memory.ts'
import { openSqlite } from '../src/sqlite.ts'
import type { Store } from '../src/store.ts'
import { folder } from './folder.ts'

const stores: Record<string, () => Promise<Store>> = {
  memory: async () => openMemory(),
  sqlite: async () => openSqlite(folder()),
}

for (const [name, open] of Object.entries(stores)) {
  const story = (title: string, tell: (store: Store) => Promise<void>): void =>
    void test(`${title} (${name})`, async (t: TestContext) => {
      const store = await open()
      t.after(() => store.close())
      await tell(store)
    })

  story('a mail waits until it is sent or given up, the longest due first', async ({ mail }) => {
    assert.equal(await mail.keep('one', 10), true)
    await mail.keep('two', 20)
    assert.deepEqual(await mail.due(9, 9), [])
    const [one, two] = await mail.due(20, 9)
    assert.deepEqual([one?.letter, two?.letter], ['one', 'two'])
    await mail.tried(one?.id ?? 0, 60)
    await mail.tried(two?.id ?? 0, null)
    assert.deepEqual(await mail.due(59, 9), [])
    assert.deepEqual(
      (await mail.due(60, 9)).map(({ letter, tries }) => [letter, tries]),
      [['one', 1]],
    )
  })

  story(
    'a pass holds once and until it expires, and takes the others for its address along',
    async ({ mail }) => {
      await mail.addPass('a', 'ada@example.org', 100, 0)
      await mail.addPass('b', 'ada@example.org', 100, 0)
      await mail.addPass('c', 'ben@example.org', 100, 0)
      assert.equal(await mail.takePass('x', 1), null)
      assert.equal(await mail.takePass('a', 1), 'ada@example.org')
      assert.equal(await mail.takePass('a', 1), null)
      assert.equal(await mail.takePass('b', 1), null)
      assert.equal(await mail.takePass('c', 100), null)
      await mail.addPass('d', 'ben@example.org', 300, 200) // forgets what has expired
      assert.equal(await mail.takePass('d', 299), 'ben@example.org')
    },
  )

  story(
    'a change is remembered where a hook wants to hear of it, and told once it is quiet',
    async (store) => {
      const { documents, records } = store
      await documents.create('plan', 'ada', '')
      const hook = { id: 'h', owner: 'ada', url: 'http://x', secret: 's', made: 0 }
      await records.addHook({ ...hook, events: ['document.created'] })
      await records.changing('plan', 'document.changed', 30)
      assert.deepEqual(await records.quiet(99, 9), [])
      await records.addHook({ ...hook, id: 'i', events: ['document.created', 'document.changed'] })
      await records.changing('plan', 'document.changed', 30)
      await records.changing('plan', 'document.changed', 40)
      assert.deepEqual(await records.quiet(39, 9), [])
      assert.deepEqual(await records.quiet(40, 9), [{ document: 'plan', due: 40 }])
      await records.changing('plan', 'document.changed', 70)
      await records.calm('plan', 40)
      assert.deepEqual(await records.quiet(70, 9), [{ document: 'plan', due: 70 }])
      await records.calm('plan', 70)
      assert.deepEqual(await records.quiet(99, 9), [])
    },
  )

  story('links that end by themselves are found once, and templates by their mark', async ({ sharing }) => {
    const link = { document: 'plan', label: '', role: 'view', giver: 'ada', made: 0 } as const
    const more = { most: null, password: null }
    await sharing.addLink({ ...link, ...more, id: 'a', expires: 50 }, 'a')
    await sharing.addLink({ ...link, ...more, id: 'b', expires: 60 }, 'b')
    await sharing.addLink({ ...link, ...more, id: 'c', expires: null }, 'c')
    assert.equal(await sharing.nextEnd(0), 50)
    await sharing.revoke('plan', 'a', 1)
    assert.equal(await sharing.nextEnd(0), 60)
    assert.deepEqual(await sharing.ended(0, 59), [])
    assert.deepEqual(await sharing.ended(59, 60), ['plan'])
    assert.equal(await sharing.nextEnd(60), null)
    await sharing.setTemplate('plan', true)
    await sharing.setTemplate('plan', true)
    assert.deepEqual(await sharing.templatesAmong(['other', 'plan']), ['plan'])
    await sharing.forget('plan')
    assert.deepEqual(await sharing.templatesAmong(['plan']), [])
  })
}
