import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyRoot } from '@quire/editor/roots'
import * as Y from 'yjs'
import { Shelf } from '../src/shelf.ts'
import { textOf } from '../src/unsent.ts'
import { Visit } from '../src/visit.ts'
import { Drawer } from './drawer.ts'
import { Host } from './host.ts'

// SEED=12 makes the same choices again; the network keeps its own pace

/** Numbers from 0 to 1 that are the same for the same seed. */
const chances = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const write = (visit: Visit, word: string): void => {
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(word)])
  visit.shown.open.doc.getXmlFragment(bodyRoot).push([block])
}

/** True when nothing is under way any more: what was written is stored, or on the shelf. */
const rests = ({ shown: { open, renewing } }: Visit): boolean =>
  !renewing && open.standing.synced && (open.standing.facts.saved || open.standing.ended !== null)

/** Lets the network go on for so many turns. */
const pass = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => void setImmediate(resolve))
}

const settle = async (host: Host, visit: Visit): Promise<void> => {
  host.sync()
  while (!rests(visit)) await pass(1)
}

const seeds = process.env['SEED']
  ? [Number(process.env['SEED'])]
  : Array.from({ length: Number(process.env['SEEDS'] ?? 100) / 10 }, (_, at) => at + 1)

for (const seed of seeds)
  test(`[L9] [P4] every word is on the server or on the shelf, and once, whatever is damaged, cut or reloaded (SEED=${seed})`, async (t) => {
    const chance = chances(seed)
    const host = await Host.open()
    const drawer = new Drawer()
    const come = (): Visit => {
      const author = { id: 'ada', name: 'Ada', color: 0 }
      const shelf = new Shelf(drawer)
      return new Visit({ server: host.address, room: 'room', author, shelf, attend: () => () => {} })
    }
    let visit = come()
    t.after(async () => {
      visit.close()
      await host.close()
    })
    await settle(host, visit)
    const words: string[] = []
    for (let step = 0; step < 40; step++) {
      const { open, closed } = visit.shown
      const dice = chance()
      await pass(Math.floor(chance() * 12))
      if (dice < 0.6) {
        if (closed !== null || open.standing.ended !== null) continue // the page does not take keys here
        words.push(`word${step}.`)
        write(visit, `word${step}.`)
      } else if (dice < 0.7) host.damaging = !host.damaging
      else if (dice < 0.75) host.cut()
      else if (dice < 0.85) host.stallDisk()
      else if (dice < 0.93) await settle(host, visit)
      else {
        await settle(host, visit) // whoever leaves before is asked whether they want to
        visit.close()
        visit = come()
        await settle(host, visit)
      }
    }
    host.damaging = false
    await settle(host, visit)
    visit.close()
    visit = come()
    await settle(host, visit)
    const stored = textOf(visit.shown.open.doc, () => 0)
    const kept = visit.shown.recovered.map(({ text }) => text)
    const found = [stored, ...kept]
      .join('\n\n')
      .split('\n\n')
      .filter((word) => word !== '')
    assert.deepEqual(found.toSorted(), words.toSorted())
    assert.ok(words.length > 0)
  })
