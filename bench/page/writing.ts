import type { Browser } from '@playwright/test'
import * as Y from 'yjs'
import { aged, documentOf } from './documents.ts'
import type { Figures } from './figures.ts'
import type { Side } from './side.ts'
import { Tab } from './tab.ts'

const keys = 30
const edits = 20

/** What is written in: so many blocks, and how many clients had written to it before. */
export interface Page {
  readonly name: string
  readonly blocks: number
  readonly clients: number
}

/** Somebody types in the middle of a document; then somebody else writes where they look. */
export const writing = async (
  browser: Browser,
  { side, figures }: { readonly side: Side; readonly figures: Figures },
  { name, blocks, clients }: Page,
  round: number,
): Promise<void> => {
  const room = `${name}-${round}`
  const doc = documentOf(blocks)
  const address = await side.put(room, Y.encodeStateAsUpdate(clients > 1 ? aged(doc, clients) : doc))
  const context = await browser.newContext()
  try {
    const tab = await Tab.open(context)
    await tab.visit(address)
    const { page } = tab
    await tab.rest()
    const block = blocks / 2 + 3
    const { x, y } = await page.evaluate((at) => {
      const place = document.querySelector('.ProseMirror')?.children[at]
      place?.scrollIntoView({ block: 'center' })
      const { left = 0, top = 0 } = place?.getBoundingClientRect() ?? {}
      return { x: left + 20, y: top + 10 }
    }, block)
    await tab.rest()
    await page.mouse.click(x, y)
    await page.mouse.move(2, 2)
    await tab.rest()

    const typed = await page.evaluate(() => probe.keys.length)
    const before = await tab.work()
    for (let key = 1; key <= keys; key++) {
      await page.keyboard.press('x')
      await page.evaluate((count) => probe.painted('keys', count), typed + key)
    }
    await tab.rest()
    const between = await tab.work()
    figures.note(`key ${name}`, ...(await page.evaluate((from) => probe.keys.slice(from), typed)))
    figures.note(`key ${name} work`, (between.all - before.all) / keys)
    figures.note(`key ${name} script`, (between.script - before.script) / keys)

    for (let edit = 1; edit <= edits; edit++) {
      const text = `<${edit}>`
      await page.evaluate(([at, wanted]) => probe.look(at, wanted), [block + 1, text] as const)
      const when = await side.write(room, block + 1, text)
      await page.evaluate((count) => probe.painted('seen', count), edit)
      figures.note(
        `edit ${name}`,
        (await page.evaluate((at) => probe.seen[at] ?? Number.NaN, edit - 1)) - when,
      )
    }
    await tab.rest()
    const after = await tab.work()
    figures.note(`edit ${name} work`, (after.all - between.all) / edits)

    const stored = await side.read(room)
    const shown = await page.evaluate(() => document.querySelector('.ProseMirror')?.textContent ?? '')
    const marks = Array.from({ length: edits }, (_, edit) => `<${edits - edit}>`).join('')
    if (!stored.includes('x'.repeat(keys)) || !shown.includes(marks) || !shown.includes('x'.repeat(keys)))
      throw new Error(`${side.name} lost something of what was written in ${room}`)
  } finally {
    await context.close()
  }
}
