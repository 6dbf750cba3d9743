import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyBase } from '@quire/sync/log'
import type { Base, Log, Past } from '@quire/sync/log'
import * as Y from 'yjs'
import type { Store } from '../src/store.ts'
import type { Time } from '../src/time.ts'
import { TestTime } from './time.ts'
import { based, below, chance, content, conversation, read, scribble, writer, write } from './writing.ts'

/** Where a store keeps its data. */
export interface Place {
  readonly open: (time: Time) => Promise<Store>
  /** True when what one store closed, the next one opened here finds. */
  readonly keeps: boolean
}

const minute = 60_000
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const opened = async (store: Store, room: string): Promise<Log> => {
  const log = store.log(room)
  await log.load()
  return log
}
const append = async (log: Log, updates: readonly Uint8Array[], author = 'ada'): Promise<void> => {
  await Promise.all(updates.map((update) => log.append(write(update, author))))
}
const everything = async (store: Store, room: string): Promise<Uint8Array[]> => {
  const { base, tail } = await store.log(room).load()
  return [base.state, ...tail]
}
const deletes = (update: Uint8Array): unknown =>
  [...Y.decodeUpdate(update).ds.clients].toSorted(([a], [b]) => a - b)
/** What a sound log gives that knows of no owner. */
const past = (base: Base, tail: readonly Uint8Array[] = []): Past => ({
  base,
  runs: [],
  tail,
  owners: [],
  schema: 0,
  damaged: false,
})
/** An update that builds on one that is not there. */
const orphan = (): Uint8Array => {
  const { doc, said } = writer(9)
  doc.getText('text').insert(0, 'a')
  doc.getText('text').insert(1, 'b')
  return said[1] ?? bytes()
}

/**
 * The rules of SPEC.md that every store must keep, as tests. `place` is called once per test and gives a place
 * that nobody has used.
 */
export const storeContract = (name: string, place: () => Place): void => {
  const story = (
    title: string,
    tell: (store: Store, time: TestTime, again: () => Promise<Store>) => Promise<void>,
  ): void => {
    test(`${title} (${name})`, async (t) => {
      const { open, keeps } = place()
      const time = new TestTime()
      let store = await open(time)
      t.after(() => store.close())
      await tell(store, time, async () => {
        if (!keeps) return store
        await store.close()
        return (store = await open(time))
      })
    })
  }

  story('[L1] a room that was never written to is empty', async (store) => {
    assert.deepEqual(await store.log('new').load(), past(emptyBase))
    assert.deepEqual(await based(await opened(store, 'new')), emptyBase)
    assert.deepEqual(await store.history('new'), [])
  })

  story('[L2] what append promised is there afterwards, in order', async (store, _, again) => {
    const said = Array.from({ length: 1000 }, (__, index) => bytes(index >> 8, index & 255))
    await append(await opened(store, 'room'), said)
    assert.deepEqual((await store.log('room').load()).tail, said)
    assert.deepEqual((await (await again()).log('room').load()).tail, said)
  })

  story('[L3] appends resolve in the order they were made, whatever their room', async (store) => {
    const logs = await Promise.all(['one', 'two', 'three'].map((room) => opened(store, room)))
    const resolved: number[] = []
    const all = Array.from({ length: 999 }, async (_, index) => {
      await logs[index % 3]?.append(write(bytes(index & 255)))
      resolved.push(index)
    })
    await Promise.all(all)
    assert.deepEqual(resolved, [...all.keys()])
  })

  story('[L4] a log that is loaded again knows what is still on its way to the disk', async (store) => {
    const log = await opened(store, 'room')
    const first = log.append(write(bytes(1)))
    const second = await opened(store, 'room')
    await first
    await second.append(write(bytes(2), 'ben'))
    assert.deepEqual((await store.log('room').load()).tail, [bytes(1), bytes(2)])
  })

  story('[L5] positions go on from the base after compaction and reopening', async (store, _, again) => {
    const said = conversation(1, 30)
    const log = await opened(store, 'room')
    await append(log, said.slice(0, 10))
    assert.equal((await based(log)).position, 10)
    await append(log, said.slice(10, 20))
    const next = await again()
    const past = await next.log('room').load()
    assert.deepEqual([past.base.position, past.tail], [10, said.slice(10, 20)])
    const reopened = await opened(next, 'room')
    await append(reopened, said.slice(20))
    assert.equal((await based(reopened)).position, said.length)
    assert.deepEqual(
      (await next.history('room')).map(({ last }) => last),
      [10, said.length],
    )
  })

  story(
    '[O22] [L66] a copy holds what the room held, under the name of who made it',
    async (store, _, again) => {
      const said = conversation(3, 30)
      const log = await opened(store, 'room')
      await append(log, said.slice(0, 20))
      await log.compact()
      await append(log, said.slice(20, -1))
      await log.append(write(said.at(-1) ?? bytes(), 'ada', [{ client: 5, identity: 'ada' }], 7))
      assert.equal(await store.copy('room', 'copy', 'ben'), true)
      assert.equal(await store.copy('never', 'nothing', 'ben'), true)
      assert.ok((await store.documentSize('copy')) > 0)
      const next = await again()
      const copy = await opened(next, 'copy')
      const { base, tail, owners, schema, damaged } = await copy.load()
      assert.deepEqual([owners, schema, damaged, base.position], [[], 7, false, 0])
      assert.deepEqual(content(read(...tail)), content(read(...said)))
      const folded = await based(copy)
      assert.equal(folded.position, tail.length)
      assert.ok((await next.history('copy')).every(({ author }) => author === 'ben'))
      assert.deepEqual(await next.log('nothing').load(), past(emptyBase))
    },
  )

  story('[L6] a log is loaded before it is used', async (store) => {
    await assert.rejects(store.log('room').append(write(bytes(1))), /loaded before/)
    await assert.rejects(store.log('room').compact(), /loaded before/)
  })

  story('[L7] an update may be large, and its neighbours are as they were', async (store, _, again) => {
    const large = new Uint8Array(5 * 1024 * 1024).map((__, index) => index * 31)
    const said = [bytes(1), large, bytes(2), large, large, bytes(), bytes(3)]
    await append(await opened(store, 'room'), said)
    const { tail } = await (await again()).log('room').load()
    assert.equal(tail.length, said.length)
    for (const [index, update] of tail.entries())
      assert.ok(Buffer.compare(update, said[index] ?? bytes(9)) === 0)
  })

  story('[L8] a view of a larger buffer is stored as what it shows', async (store) => {
    const log = await opened(store, 'room')
    await log.append(write(bytes(1, 2, 3, 4, 5).subarray(1, 3)))
    assert.deepEqual((await store.log('room').load()).tail, [bytes(2, 3)])
  })

  story('[L9] a thousand rooms keep to themselves', async (store, _, again) => {
    const rooms = Array.from({ length: 1000 }, (__, index) => `room ${index}`)
    const logs = await Promise.all(rooms.map((room) => opened(store, room)))
    for (const round of [1, 2])
      await Promise.all(logs.map((log, index) => log.append(write(bytes(index >> 8, index & 255, round)))))
    const next = await again()
    const tails = await Promise.all(rooms.map(async (room) => (await next.log(room).load()).tail))
    assert.deepEqual(
      tails,
      rooms.map((__, index) => [1, 2].map((round) => bytes(index >> 8, index & 255, round))),
    )
  })

  story('[W8] [L10] names are data: what they contain means nothing', async (store, _, again) => {
    const names = [
      "'; DROP TABLE updates; --",
      '"`[]%_?:$@',
      '__proto__',
      'constructor',
      '',
      ' ',
      '../../etc/passwd',
      'a/b',
      'a\0b',
      'a\nb',
      'Ä',
      'A\u0308',
      '..%2f..%2f',
      '*',
      '\u202Eright to left\u202C',
      '👩‍👩‍👧‍👦',
      '文書'.repeat(128),
      'x'.repeat(256),
      'x'.repeat(255),
    ]
    for (const [index, room] of names.entries()) {
      const log = await opened(store, room)
      await log.append(write(conversation(index, 3)[0] ?? bytes(), room))
      await based(log)
      await store.documents.create(room, room, room)
      await store.people.write({ id: room, name: room, color: index })
    }
    const next = await again()
    for (const [index, room] of names.entries()) {
      const [first, ...others] = await next.history(room)
      assert.deepEqual([first?.author, first?.update, others], [room, conversation(index, 3)[0], []])
      const [document, ...more] = await next.documents.mine(room)
      assert.deepEqual([document?.id, document?.title, more], [room, room, []])
      assert.deepEqual(await next.people.read(room), { id: room, name: room, color: index })
    }
  })

  story('[L11] a base is what its updates say, in every form a room needs', async (store, _, again) => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const room = `room ${seed}`
      const said = conversation(seed, 120)
      const log = await opened(store, room)
      await append(log, said)
      const base = await based(log)
      const doc = read(...said)
      assert.equal(base.position, said.length)
      assert.deepEqual(content(read(base.state)), content(doc))
      assert.deepEqual(Y.decodeStateVector(base.vector), Y.decodeStateVector(Y.encodeStateVector(doc)))
      assert.equal(Y.decodeUpdate(base.deletes).structs.length, 0)
      assert.deepEqual(deletes(base.deletes), deletes(Y.encodeStateAsUpdate(doc)))
      assert.deepEqual(await store.log(room).load(), past(base))
    }
    const next = await again()
    for (const seed of [11, 12, 13, 14, 15])
      assert.deepEqual(
        content(read(...(await everything(next, `room ${seed}`)))),
        content(read(...conversation(seed, 120))),
      )
  })

  story('[L12] compaction lets go of deleted text', async (store) => {
    const { doc, said } = writer(1)
    doc.getText('text').insert(0, 'a secret that went on and on')
    doc.getText('text').delete(0, 28)
    const log = await opened(store, 'room')
    await append(log, said)
    const { state } = await based(log)
    assert.ok(!Buffer.from(state).includes('secret'))
    assert.ok(Buffer.from((await store.history('room'))[0]?.update ?? bytes()).includes('secret'))
  })

  story('[L13] what is appended during a compaction stays in the tail', async (store, _, again) => {
    const said = conversation(21, 250)
    const log = await opened(store, 'room')
    await append(log, said.slice(0, 100))
    const compacted = based(log)
    const appended = append(log, said.slice(100))
    const base = await compacted
    await appended
    const past = await store.log('room').load()
    assert.deepEqual(past.base, base)
    assert.deepEqual(past.tail, said.slice(base.position))
    assert.deepEqual(content(read(...(await everything(await again(), 'room')))), content(read(...said)))
  })

  story(
    '[L14] compaction covers what was committed when it was asked for, and is asked in turn',
    async (store) => {
      const said = conversation(22, 60)
      const log = await opened(store, 'room')
      await append(log, said.slice(0, 20))
      const first = based(log)
      await append(log, said.slice(20))
      const second = based(log)
      assert.ok((await first).position >= 20)
      assert.equal((await second).position, said.length)
      assert.deepEqual(await based(log), await second)
    },
  )

  story('[L15] a log that lacks something is not folded, and stays as it was', async (store) => {
    const log = await opened(store, 'room')
    await log.append(write(orphan()))
    await assert.rejects(based(log), /does not hold/)
    assert.deepEqual(await store.log('room').load(), past(emptyBase, [orphan()]))
    assert.deepEqual(await store.history('room'), [])
    await log.append(write(conversation(1, 3)[0] ?? bytes()))
    await assert.rejects(based(log), /does not hold/)
  })

  story('[L16] bytes that are no update are not folded, and harm no other room', async (store) => {
    const log = await opened(store, 'room')
    await log.append(write(bytes(255, 255, 255)))
    await assert.rejects(based(log))
    const other = await opened(store, 'other')
    await append(other, conversation(1, 10))
    assert.equal((await based(other)).position, conversation(1, 10).length)
  })

  story('[L17] a diff and what its holder had make the base', async (store) => {
    const random = chance(31)
    const said = conversation(31, 150)
    const log = await opened(store, 'room')
    await append(log, said)
    const base = await based(log)
    const whole = content(read(base.state))
    for (let round = 0; round < 25; round++) {
      const holder = read(...said.slice(0, below(random, said.length + 1)))
      if (random() < 0.5) scribble(holder, random) // it may also know what the base does not
      const { position, updates } = await log.diff(Y.encodeStateVector(holder))
      const update = Y.mergeUpdates([...updates])
      assert.equal(position, base.position)
      assert.deepEqual(deletes(update), deletes(base.state))
      const has = Y.decodeStateVector(Y.encodeStateVector(holder))
      for (const { id } of Y.decodeUpdate(update).structs) assert.ok(id.clock >= (has.get(id.client) ?? 0))
      const there = read(base.state, Y.encodeStateAsUpdate(holder))
      Y.applyUpdate(holder, update)
      assert.deepEqual(content(holder), content(there))
    }
    const fresh = await log.diff(emptyBase.vector)
    assert.deepEqual(content(read(...fresh.updates)), whole)
  })

  story('[L18] a diff of nothing is nothing', async (store) => {
    const log = await opened(store, 'room')
    assert.deepEqual(await log.diff(emptyBase.vector), { position: 0, updates: [emptyBase.state] })
  })

  story('[L19] a diff is never older than a base that was given', async (store) => {
    const said = conversation(32, 60)
    const log = await opened(store, 'room')
    let given = 0
    for (const update of said) {
      await log.append(write(update))
      const positions = [1, 2, 3].map(async () => {
        const { position } = await log.diff(emptyBase.vector)
        assert.ok(position >= given)
        return position
      })
      given = (await based(log)).position
      await Promise.all(positions)
      assert.equal((await log.diff(emptyBase.vector)).position, given)
    }
  })

  story('[L20] history knows who wrote what and when', async (store, time, again) => {
    const said = conversation(41, 60)
    const log = await opened(store, 'room')
    const start = time.now()
    for (const [from, author] of [
      [0, 'ada'],
      [10, 'ben'],
      [20, 'ada'],
      [30, 'ada'],
    ] as const) {
      await append(log, said.slice(from, from + 5), author)
      time.pass(minute)
      await append(log, said.slice(from + 5, from + 10), author)
      time.pass(from === 20 ? 31 * minute : minute)
    }
    await based(log)
    const history = await (await again()).history('room')
    assert.deepEqual(
      history.map(({ first, last, author, since, until }) => [
        first,
        last,
        author,
        (since - start) / minute,
        (until - start) / minute,
      ]),
      [
        [1, 10, 'ada', 0, 1],
        [11, 20, 'ben', 2, 3],
        [21, 30, 'ada', 4, 5],
        [31, 40, 'ada', 36, 37],
      ],
    )
    for (const [index, { last }] of history.entries())
      assert.deepEqual(
        content(read(...history.slice(0, index + 1).map(({ update }) => update))),
        content(read(...said.slice(0, last))),
      )
  })

  story('[D16] [L21] a long sitting is one update, and a clock set back ends it', async (store, time) => {
    const said = conversation(42, 400)
    const log = await opened(store, 'room')
    await append(log, said.slice(0, 300))
    time.jump(-24 * 60 * minute)
    await append(log, said.slice(300))
    await based(log)
    const history = await store.history('room')
    assert.deepEqual(
      history.map(({ first, last }) => [first, last]),
      [
        [1, 300],
        [301, said.length],
      ],
    )
    assert.deepEqual(content(read(...history.map(({ update }) => update))), content(read(...said)))
  })

  story('[L22] a document is found by its id and by its owner', async (store, time, again) => {
    const made = await store.documents.create('a', 'ada', 'Plan')
    assert.deepEqual(made, {
      id: 'a',
      owner: 'ada',
      epoch: made.epoch,
      title: 'Plan',
      created: time.now(),
      edited: time.now(),
      position: 0,
      deleted: null,
    })
    const other = await store.documents.create('b', 'ben', 'Plan')
    assert.notEqual(made.epoch, other.epoch)
    const next = await again()
    assert.deepEqual(await next.documents.read('a'), made)
    assert.deepEqual(await next.documents.mine('ada'), [made])
    assert.equal(await next.documents.read('c'), null)
    assert.deepEqual(await next.documents.mine('eve'), [])
  })

  story('[L23] an id is used once, also after its document went to the trash', async (store) => {
    const made = await store.documents.create('a', 'ada', 'Plan')
    await assert.rejects(store.documents.create('a', 'ben', 'Mine'), /made before/)
    await store.documents.trash('a')
    await assert.rejects(store.documents.create('a', 'ada', 'Plan'), /made before/)
    assert.equal((await store.documents.read('a'))?.created, made.created)
  })

  story('[L24] a list begins with what was edited last', async (store, time) => {
    for (const id of ['a', 'b', 'c']) {
      await store.documents.create(id, 'ada', id)
      time.pass(minute)
    }
    const ids = async (): Promise<string[]> => (await store.documents.mine('ada')).map(({ id }) => id)
    assert.deepEqual(await ids(), ['c', 'b', 'a'])
    await append(await opened(store, 'a'), [bytes(0, 0)])
    await store.documents.note('a', 1, 'a')
    assert.deepEqual(await ids(), ['a', 'c', 'b'])
  })

  story(
    '[L25] a note tells the title, and when the newest update it knows of was made',
    async (store, time, again) => {
      const said = conversation(51, 30)
      const { created } = await store.documents.create('a', 'ada', '')
      await store.documents.note('a', 0, 'untouched')
      assert.equal((await store.documents.read('a'))?.edited, created)
      const log = await opened(store, 'a')
      const times: number[] = []
      for (const update of said) {
        time.pass(minute)
        times.push(time.now())
        void log.append(write(update))
      }
      time.pass(minute)
      const noted = async (position: number, title: string): Promise<unknown> => {
        await store.documents.note('a', position, title)
        const found = await store.documents.read('a')
        return [found?.position, found?.title, found?.edited]
      }
      assert.deepEqual(await noted(5, 'five'), [5, 'five', times[4]])
      assert.deepEqual(await noted(4, 'late'), [5, 'five', times[4]])
      assert.deepEqual(await noted(5, 'V'), [5, 'V', times[4]])
      await based(log)
      assert.deepEqual(await noted(said.length, 'all'), [said.length, 'all', times.at(-1)])
      await store.documents.note('b', 1, 'nobody')
      assert.equal(await store.documents.read('b'), null)
      assert.equal((await (await again()).documents.read('a'))?.title, 'all')
    },
  )

  story(
    '[L60] documents whose log goes on after their note or index are found by their positions',
    async (store) => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.documents.create(id, 'ada', id)
      for (const id of ['b', 'c', 'd', 'e']) await append(await opened(store, id), conversation(61, 4))
      const length = conversation(61, 4).length
      await store.documents.note('b', length, 'b')
      await store.search.index('b', length, 'b', '')
      await store.documents.note('c', length, 'c')
      await store.search.index('c', length - 1, 'c', '')
      await store.documents.note('d', length - 1, 'd')
      await store.search.index('d', length, 'd', '')
      const outdated = async (after: string, count: number) => {
        const { documents, next } = await store.documents.outdated(after, count)
        return [documents.map(({ id }) => id), next]
      }
      assert.deepEqual(await outdated('', 10), [['c', 'd', 'e'], 'e'])
      assert.deepEqual(await outdated('', 3), [['c'], 'c'])
      assert.deepEqual(await outdated('c', 3), [['d', 'e'], 'e'])
      assert.deepEqual(await outdated('e', 3), [[], null])
      await based(await opened(store, 'c')) // a position does not depend on where its update is kept
      await store.documents.trash('e')
      assert.deepEqual(await outdated('', 10), [['c', 'd'], 'e'])
      await store.search.index('c', length, 'c', '')
      await store.documents.note('d', length, 'd')
      assert.deepEqual(await outdated('', 10), [[], 'e'])
    },
  )

  story(
    '[L65] what is due in the trash is told when it was so for long enough',
    async ({ documents }, time) => {
      for (const id of ['plan', 'kept']) await documents.create(id, 'ada', id)
      const before = time.now() + 1000
      await documents.trash('plan')
      assert.deepEqual(await documents.duePurges(before, 10, 100), [])
      assert.deepEqual(await documents.duePurges(before, 99, 100), [])
      assert.deepEqual(await documents.duePurges(before, 1, 100), ['plan'])
      assert.deepEqual(await documents.duePurges(0, 50, 100), [], 'it is not due any more')
      assert.deepEqual(await documents.duePurges(before, 50, 100), [], 'and then for the first time')
      assert.deepEqual(await documents.duePurges(before, 100, 100), ['plan'])
      assert.equal(await documents.purge('plan'), true)
      assert.deepEqual(await documents.duePurges(before, 100, 100), [])
    },
  )

  story('[L26] the trash gives back everything', async (store, time, again) => {
    const made = await store.documents.create('a', 'ada', 'Plan')
    await append(await opened(store, 'a'), [bytes(1)])
    time.pass(minute)
    assert.equal(await store.documents.trash('a'), true)
    time.pass(minute)
    assert.equal(await store.documents.trash('a'), false)
    const next = await again()
    const trashed = await next.documents.read('a')
    assert.deepEqual(trashed, { ...made, epoch: trashed?.epoch, deleted: made.created + minute })
    assert.notEqual(trashed?.epoch, made.epoch) // copies of before must not merge into it
    assert.deepEqual(await next.documents.mine('ada'), [])
    assert.equal(await next.documents.restore('a'), true)
    assert.equal(await next.documents.restore('a'), false)
    assert.deepEqual(await next.documents.mine('ada'), [{ ...trashed, deleted: null }])
    assert.deepEqual((await next.log('a').load()).tail, [bytes(1)])
    assert.equal(await next.documents.trash('b'), false)
    assert.equal(await next.documents.restore('b'), false)
  })

  story('[L27] people are called what they last chose', async (store, _, again) => {
    assert.equal(await store.people.read('ada'), null)
    await store.people.write({ id: 'ada', name: 'Ada', color: 3 })
    await store.people.write({ id: 'ben', name: 'Ben', color: 4 })
    await store.people.write({ id: 'ada', name: 'Ada L.', color: 11 })
    assert.deepEqual(await (await again()).people.read('ada'), { id: 'ada', name: 'Ada L.', color: 11 })
  })

  const aFile = (room: string, id: string, size: number, hash = 'a'.repeat(64)) => ({
    room,
    id,
    hash,
    name: 'cat.png',
    mime: 'image/png',
    size,
    width: 3,
    height: null,
    author: 'ada',
    created: 7,
  })

  story(
    '[L54] a room has the files that were noted in it, and no other room has',
    async (store, _, again) => {
      const file = aFile('one', 'x', 10)
      assert.equal(await store.files.add(file, 50, 100), true)
      const next = await again()
      assert.deepEqual(await next.files.read('one', 'x'), file)
      assert.equal(await next.files.read('two', 'x'), null)
      assert.equal(await next.files.read('one', 'y'), null)
      assert.deepEqual([await next.files.used('one'), await next.files.used('two')], [10, 0])
      assert.deepEqual([await next.files.has(file.hash), await next.files.has('b'.repeat(64))], [true, false])
    },
  )

  story(
    '[L55] files of a room are never more than they may be, also when they come at once',
    async (store) => {
      const came = await Promise.all(
        Array.from({ length: 20 }, (_, at) => store.files.add(aFile('one', `f${at}`, 10), 50, 100)),
      )
      assert.equal(came.filter((taken) => taken).length, 10)
      assert.equal(await store.files.used('one'), 100)
      assert.equal(await store.files.add(aFile('one', 'f0', 10), 50, 100), true) // it is there already
      assert.equal(await store.files.add(aFile('two', 'f0', 10), 50, 100), true)
      assert.equal((await store.files.of('one')).length, 10)
    },
  )

  story(
    '[L56] files are shared with another room, and each room lets go of them for itself',
    async (store) => {
      for (const id of ['x', 'y']) await store.files.add(aFile('one', id, 10), 50, 100)
      await store.files.share('one', 'two', 'ben', 60)
      assert.deepEqual(
        await store.files.of('two'),
        ['x', 'y'].map((id) => ({ ...aFile('two', id, 10), author: 'ben' })),
      )
      for (const file of await store.files.due(50, 9)) await store.files.drop(file)
      assert.deepEqual(await store.files.of('one'), [])
      assert.equal((await store.files.of('two')).length, 2)
      assert.equal(await store.files.has('a'.repeat(64)), true)
      for (const file of await store.files.due(60, 9)) await store.files.drop(file)
      assert.equal(await store.files.has('a'.repeat(64)), false)
    },
  )

  story('[L57] a file is due when it was said to be, and stays when it was noted anew', async (store) => {
    await store.files.add(aFile('one', 'x', 10), 50, 100)
    await store.files.add(aFile('one', 'y', 10), 40, 100)
    assert.deepEqual(await store.files.due(39, 9), [])
    const [first] = await store.files.due(50, 1)
    assert.deepEqual(first, { room: 'one', id: 'y', due: 40, missed: true })
    await store.files.seen({ room: 'one', id: 'y', due: 40, missed: true }, true, 90)
    assert.deepEqual(await store.files.due(90, 9), [
      { room: 'one', id: 'x', due: 50, missed: true },
      { room: 'one', id: 'y', due: 90, missed: false },
    ])
    await store.files.add(aFile('one', 'x', 10), 70, 100)
    await store.files.drop({ room: 'one', id: 'x', due: 50, missed: true })
    await store.files.seen({ room: 'one', id: 'x', due: 50, missed: true }, false, 99)
    assert.deepEqual(await store.files.due(70, 9), [{ room: 'one', id: 'x', due: 70, missed: true }])
  })

  story('[L58] a room mentions what it says, said before, or is about to store', async (store) => {
    const { doc, said } = writer(1)
    doc.getText('text').insert(0, 'see picture-one here')
    doc.getText('text').delete(0, 20)
    doc.getText('text').insert(0, 'see picture-two here')
    const log = await opened(store, 'room')
    await append(log, said.slice(0, 2))
    await based(log)
    await append(log, said.slice(2))
    void log.append(write(Buffer.from('picture-three')))
    const mentioned = async (room: string): Promise<boolean[]> =>
      Promise.all(
        ['picture-one', 'picture-two', 'picture-three', 'picture-four'].map((word) =>
          store.mentions(room, word),
        ),
      )
    assert.deepEqual(await mentioned('room'), [true, true, true, false])
    assert.deepEqual(await mentioned('other'), [false, false, false, false])
  })

  story('[L28] a check resolves while the store works', async (store) => {
    await store.check()
    await store.check()
  })

  story('[L29] close stores what was appended, and everything after it rejects', async (store) => {
    const log = await opened(store, 'room')
    const resolved: number[] = []
    const appended = Array.from({ length: 500 }, async (_, index) => {
      await log.append(write(bytes(index & 255)))
      resolved.push(index)
    })
    const closed = store.close()
    const later = [
      log.append(write(bytes(1))),
      log.load(),
      based(log),
      log.bind([]),
      log.diff(emptyBase.vector),
      store.log('other').load(),
      store.history('room'),
      store.documents.read('a'),
      store.documents.create('a', 'ada', ''),
      store.documents.note('a', 1, ''),
      store.people.read('ada'),
      store.files.read('a', 'b'),
      store.mentions('room', 'word'),
      store.check(),
    ]
    for (const outcome of await Promise.allSettled(later))
      assert.match(outcome.status === 'rejected' ? String(outcome.reason) : 'kept', /store is closed/)
    await closed
    await store.close()
    await Promise.all(appended)
    assert.equal(resolved.length, 500)
    await assert.rejects(store.check(), /store is closed/)
  })

  story('[D16] twenty writers notice nothing of a clock that jumps by a day', async (store, time, again) => {
    const logs = await Promise.all(
      Array.from({ length: 20 }, (_, index) => opened(store, `room ${index % 5}-${index}`)),
    )
    const said = Array.from({ length: 40 }, (_, index) => bytes(index))
    for (const [index, update] of said.entries()) {
      const appended = logs.map((log) => log.append(write(update)))
      if (index % 3 === 0) time.jump((index % 2 === 0 ? -1 : 1) * 24 * 60 * minute)
      await Promise.all(appended)
    }
    const next = await again()
    for (let index = 0; index < 20; index++)
      assert.deepEqual((await next.log(`room ${index % 5}-${index}`).load()).tail, said)
  })

  story(
    '[L41] whose the client ids are is stored with a write, and the first who had one keeps it',
    async (store, _, again) => {
      const log = await opened(store, 'room')
      await Promise.all([
        log.append(write(bytes(1), 'ada', [{ client: 7, identity: 'ada' }])),
        log.append(write(bytes(2), 'ben', [{ client: 2 ** 32 - 1, identity: 'ben' }])),
        log.append(write(bytes(3), 'ben', [{ client: 7, identity: 'ben' }])),
      ])
      await log.bind([
        { client: 3, identity: 'eve' },
        { client: 7, identity: 'eve' },
      ])
      await store.log('other').bind([{ client: 7, identity: 'eve' }])
      const owners = [
        { client: 7, identity: 'ada' },
        { client: 2 ** 32 - 1, identity: 'ben' },
        { client: 3, identity: 'eve' },
      ]
      assert.deepEqual((await store.log('room').load()).owners, owners)
      const next = await again()
      assert.deepEqual((await next.log('room').load()).owners, owners)
      assert.deepEqual(await next.log('other').load(), {
        ...past(emptyBase),
        owners: [{ client: 7, identity: 'eve' }],
      })
    },
  )

  story(
    '[L41] owners and schema outlive a compaction, and the schema only rises',
    async (store, _, again) => {
      const said = conversation(81, 30)
      const log = await opened(store, 'room')
      for (const [index, update] of said.entries())
        await log.append(
          write(update, 'ada', [{ client: index, identity: 'ada' }], [0, 3, 0, 2, 5][index] ?? 0),
        )
      await based(log)
      const { owners, schema } = await (await again()).log('room').load()
      assert.equal(schema, 5)
      assert.deepEqual(
        owners,
        said.map((__, client) => ({ client, identity: 'ada' })),
      )
    },
  )

  story('[L42] the backlog is nothing when all is on disk', async (store) => {
    const log = await opened(store, 'room')
    const appended = append(log, [bytes(1, 2, 3), bytes(4)])
    assert.ok(log.backlog === store.backlog.bytes && [0, 4].includes(log.backlog))
    await appended
    assert.deepEqual([log.backlog, store.backlog], [0, { updates: 0, bytes: 0 }])
  })

  story('[L43] a store that was closed in order knows it', async (store, _, again) => {
    assert.equal(store.unclean, false)
    await append(await opened(store, 'room'), [bytes(1)])
    assert.equal((await again()).unclean, false)
  })

  story(
    '[L17] a diff of much comes in parts, each of which builds only on those before it',
    async (store) => {
      const { doc, said } = writer(91)
      const random = chance(91)
      for (let paragraph = 0; paragraph < 400; paragraph++)
        doc.getText('text').insert(below(random, doc.getText('text').length + 1), 'x'.repeat(1000))
      doc.getText('text').delete(1000, 2000)
      const log = await opened(store, 'room')
      await append(log, said)
      await based(log)
      for (const holder of [new Y.Doc(), read(...said.slice(0, 100))]) {
        const { updates } = await log.diff(Y.encodeStateVector(holder))
        assert.ok(
          updates.length > 2 && updates.every(({ length }) => length < 140 * 1024),
          `${updates.length}`,
        )
        for (const update of updates) {
          Y.applyUpdate(holder, update)
          assert.equal(holder.store.pendingStructs, null)
        }
        assert.deepEqual(content(holder), content(doc))
      }
    },
  )

  story('[L30] nothing that was said is lost or doubled by a long life', async (store, time, again) => {
    const random = chance(61)
    const said = conversation(61, 300)
    let home = store
    let log = await opened(home, 'room')
    let next = 0
    const bases: Promise<Base>[] = []
    while (next < said.length) {
      const count = 1 + below(random, 20)
      const appended = append(log, said.slice(next, next + count))
      next += count
      if (random() < 0.5) bases.push(based(log))
      if (random() < 0.5) time.jump(below(random, 40) * minute)
      await appended
      if (random() < 0.2) {
        await Promise.all(bases.splice(0))
        home = await again()
        log = await opened(home, 'room')
      }
    }
    await Promise.all(bases)
    const { base, tail } = await home.log('room').load()
    const history = await home.history('room')
    assert.equal(base.position + tail.length, said.length)
    assert.deepEqual(content(read(base.state, ...tail)), content(read(...said)))
    const replayed = read(...history.map(({ update }) => update), ...tail)
    assert.deepEqual(content(replayed), content(read(...said)))
    let last = 0
    for (const sitting of history) {
      assert.equal(sitting.first, last + 1)
      last = sitting.last
    }
    assert.equal(last, base.position)
  })
}
