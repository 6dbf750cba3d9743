import assert from 'node:assert/strict'
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { folder, until } from './house.ts'
import { make, syncOf } from './place.ts'
import { Program } from './program.ts'
import { exactlyOnce, Writer } from './writer.ts'

// Real processes whose data file is taken from under them.

interface Scene {
  readonly home: string
  readonly data: string
  readonly program: Program
  readonly id: string
  readonly ada: Writer
}

/** A server with a document in which one word is saved. Its data folder has a parent folder of its own. */
const scene = async (t: TestContext): Promise<Scene> => {
  const home = folder(t)
  const data = join(home, 'data')
  const program = new Program(t, ['--data-dir', data])
  const { id } = await make(program)
  const ada = new Writer(`${await syncOf(program)}/${id}`)
  await until('synced', () => ada.synced)
  ada.write('early')
  await until('saved', () => ada.settled)
  return { home, data, program, id, ada }
}

/**
 * Types on while something happens to the data, until the server has ended. Returns what it said, and which words it
 * called saved later than two seconds after.
 */
const typeUntilItEnds = async ({ program, ada }: Scene, happen: () => void) => {
  happen()
  const start = performance.now()
  let word = 0
  const typing = setInterval(() => ada.write(`late-${word++}`), 50)
  let savedByThen: number | null = null
  const ready: number[] = []
  const url = await program.url()
  const watching = setInterval(() => {
    if (performance.now() - start > 2000) savedByThen ??= ada.saved.length
    fetch(`${url}/ready`).then(
      ({ status }) => ready.push(status),
      () => {},
    )
  }, 100)
  const code = await program.exit
  clearInterval(typing)
  clearInterval(watching)
  assert.equal(code, 78, program.output + program.errors)
  assert.match(program.errors, /^[^\n]+\.\n$/, 'one sentence')
  return {
    took: performance.now() - start,
    late: savedByThen === null ? 0 : ada.saved.length - savedByThen,
    ready,
    sentence: program.errors.trim(),
  }
}

const wordsAt = async (t: TestContext, data: string, id: string): Promise<string[]> => {
  const again = new Program(t, ['--data-dir', data])
  const reader = new Writer(`${await syncOf(again)}/${id}`)
  await until('synced', () => reader.synced)
  assert.equal(await again.stop(), 0)
  return reader.words
}

const losses: Record<string, (scene: Scene) => void> = {
  'quire.db removed': ({ data }) => rmSync(join(data, 'quire.db')),
  'the folder removed': ({ data }) => rmSync(data, { recursive: true }),
  'the folder moved away': ({ data, home }) => renameSync(data, join(home, 'elsewhere')),
}

void describe('a data file without a name', { concurrency: 2 }, () => {
  for (const [what, lose] of Object.entries(losses))
    test(`[D24] ${what}: nothing more is acknowledged, the rest is in a spool, exit 78, and no start begins an empty store`, async (t) => {
      const it = await scene(t)
      const { sentence, late, ready, took } = await typeUntilItEnds(it, () => lose(it))
      t.diagnostic(`ended after ${Math.round(took)} ms`)
      assert.equal(late, 0)
      assert.ok(ready.includes(503), ready.join())
      assert.match(
        sentence,
        /was moved or removed while it was in use: \d+ changes? that were not stored are in /,
      )
      const spool = / are in (\S+),/.exec(sentence)?.[1] ?? ''
      assert.ok(existsSync(spool), sentence)
      const { code, sentence: refusal } = await new Program(t, ['--data-dir', it.data]).fails()
      assert.equal(code, 78)
      assert.ok(refusal.includes(spool), refusal)
      assert.equal(existsSync(join(it.data, 'quire.db')), false)
      const rescued = / is in (\S+), which can be renamed/.exec(sentence)?.[1]
      if (what === 'the folder moved away') {
        if (rescued === undefined)
          assert.ok(sentence.includes(join(it.home, 'elsewhere', 'quire.db')), sentence)
        rmSync(it.data, { recursive: true, force: true })
        renameSync(join(it.home, 'elsewhere'), it.data)
      } else {
        mkdirSync(it.data, { recursive: true })
        renameSync(rescued ?? assert.fail(sentence), join(it.data, 'quire.db'))
      }
      exactlyOnce(await wordsAt(t, it.data, it.id), [...it.ada.saved, 'late-5'])
      assert.equal(existsSync(spool), false)
    })

  for (const how of ['renamed to it', 'copied over it'] as const)
    test(`[D24] a backup is ${how}: the server ends with 78, and the next one starts with the backup as it is`, async (t) => {
      const it = await scene(t)
      const copy = join(it.home, 'copy.db')
      assert.equal(await new Program(t, ['backup', copy, '--data-dir', it.data]).exit, 0)
      it.ada.write('between')
      await until('saved', () => it.ada.settled)
      const { sentence, late } = await typeUntilItEnds(it, () => {
        if (how === 'renamed to it') renameSync(copy, join(it.data, 'quire.db'))
        else copyFileSync(copy, join(it.data, 'quire.db'))
      })
      assert.equal(late, 0)
      assert.match(sentence, /was (replaced by another file|written over) while it was in use/)
      assert.deepEqual(await wordsAt(t, it.data, it.id), ['early'])
      const doctor = new Program(t, ['doctor', '--data-dir', it.data])
      assert.equal(await doctor.exit, 0, doctor.output)
      assert.ok(readdirSync(it.data).some((name) => name.startsWith('quire.db-wal.until-')))
    })

  test('[D24] a copy of the file as it is takes its place: the server ends with 78, and nothing that was saved is missing', async (t) => {
    const it = await scene(t)
    const file = join(it.data, 'quire.db')
    const { sentence, late } = await typeUntilItEnds(it, () => {
      copyFileSync(file, `${file}.copy`)
      renameSync(`${file}.copy`, file)
    })
    assert.equal(late, 0)
    assert.match(sentence, /was replaced by a copy/)
    exactlyOnce(await wordsAt(t, it.data, it.id), [...it.ada.saved, 'late-5'])
  })

  test('[D24] the write-ahead log removed: the server ends with 78, and nothing is missing at the next start', async (t) => {
    const it = await scene(t)
    const { sentence, late } = await typeUntilItEnds(it, () => rmSync(join(it.data, 'quire.db-wal')))
    assert.equal(late, 0)
    assert.match(sentence, /quire\.db-wal in .* was moved, removed or replaced/)
    exactlyOnce(await wordsAt(t, it.data, it.id), [...it.ada.saved, 'late-5'])
  })

  test('[D24] a folder with another inode and the same files is no reason to end', async (t) => {
    const it = await scene(t)
    const twin = join(it.home, 'twin')
    mkdirSync(twin)
    for (const { name } of readdirSync(it.data, { withFileTypes: true }).filter((entry) => entry.isFile()))
      linkSync(join(it.data, name), join(twin, name))
    renameSync(it.data, join(it.home, 'old'))
    renameSync(twin, it.data)
    it.ada.write('on')
    await until('saved', () => it.ada.settled)
    await until('ready', async () => (await fetch(`${await it.program.url()}/ready`)).ok)
    const { code } = await new Program(t, ['--data-dir', it.data]).fails()
    assert.equal(code, 1, 'a second server is refused')
    assert.equal(await it.program.stop(), 0)
    assert.deepEqual(await wordsAt(t, it.data, it.id), ['early', 'on'])
  })
})
