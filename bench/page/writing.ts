import type { Browser } from '@playwright/test'
import * as Y from 'yjs'
import { documentOf } from './documents.ts'
import type { Figures } from './figures.ts'
import type { Side } from './side.ts'
import { Tab } from './tab.ts'

const keys = 30
const edits = 20

/** Somebody types in the middle of a long document; then somebody else writes where they look. */
export const writing = async (
  browser: Browser,
  { side, figures }: { readonly side: Side; readonly figures: Figures },
  blocks: number,
  round: number,
): Promise<void> => {
  const room = `long-${blocks}-${round}`
  const address = await side.put(room, Y.encodeStateAsUpdate(documentOf(blocks)))
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
    figures.note(`key ${blocks}`, ...(await page.evaluate((from) => probe.keys.slice(from), typed)))
    figures.note(`key ${blocks} work`, (between.all - before.all) / keys)
    figures.note(`key ${blocks} script`, (between.script - before.script) / keys)

    for (let edit = 1; edit <= edits; edit++) {
      const text = `<${edit}>`
      await page.evaluate(([at, wanted]) => probe.look(at, wanted), [block + 1, text] as const)
      const when = await side.write(room, block + 1, text)
      await page.evaluate((count) => probe.painted('seen', count), edit)
      figures.note(
        `edit ${blocks}`,
        (await page.evaluate((at) => probe.seen[at] ?? Number.NaN, edit - 1)) - when,
      )
    }
    await tab.rest()
    const after = await tab.work()
    figures.note(`edit ${blocks} work`, (after.all - between.all) / edits)

    const stored = await side.read(room)
    const shown = await page.evaluate(() => document.querySelector('.ProseMirror')?.textContent ?? '')
    const marks = Array.from({ length: edits }, (_, edit) => `<${edits - edit}>`).join('')
    if (!stored.includes('x'.repeat(keys)) || !shown.includes(marks) || !shown.includes('x'.repeat(keys)))
      throw new Error(`${side.name} lost something of what was written in ${room}`)
  } finally {
    await context.close()
  }
}
