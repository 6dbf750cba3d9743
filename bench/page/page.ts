import { gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'
import * as Y from 'yjs'
import { findChromium } from '../../e2e/browsers.ts'
import { median } from '../median.ts'
import type { Result } from '../result.ts'
import { documentOf } from './documents.ts'
import { install } from './probe.ts'
import { quireSide } from './quire.ts'
import type { Side } from './side.ts'
import { starterSide } from './starter.ts'

const rounds = 3
const keys = 40
const edits = 30
const loads = 5

/** The figures of one side, each a list of what was measured. */
type Figures = Map<string, number[]>

const note = (figures: Figures, name: string, ...values: readonly number[]): void => {
  const before = figures.get(name)
  if (before === undefined) figures.set(name, [...values])
  else before.push(...values)
}

const atPercent = (numbers: readonly number[], percent: number): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length * percent) / 100)] ?? Number.NaN

/** The page's main thread, in ms since it began: all of its work, and scripts alone. */
const worked = async (session: CDPSession): Promise<{ work: number; script: number }> => {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (wanted: string): number => 1000 * (metrics.find(({ name }) => name === wanted)?.value ?? 0)
  return { work: of('TaskDuration'), script: of('ScriptDuration') }
}

const opened = async (
  context: BrowserContext,
  address: string,
): Promise<{ page: Page; session: CDPSession }> => {
  const page = await context.newPage()
  await page.addInitScript(install)
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  await page.goto(address)
  await page.waitForFunction(() => probe.editable !== null, null, { timeout: 60_000 })
  await settled(session)
  return { page, session }
}

/** Waits until the page does nothing of its own any more. */
const settled = async (session: CDPSession): Promise<void> => {
  let before = (await worked(session)).work
  for (let quiet = 0, tries = 0; quiet < 3 && tries < 100; tries++) {
    await new Promise((resolve) => void setTimeout(resolve, 50)) // there is nothing to wait for but the lack of it
    const { work } = await worked(session)
    quiet = work - before < 3 ? quiet + 1 : 0
    before = work
  }
}

/** Somebody types in the middle of a long document; then somebody else writes where they look. */
const writing = async (
  browser: Browser,
  side: Side,
  blocks: number,
  round: number,
  figures: Figures,
): Promise<void> => {
  const room = `long-${blocks}-${round}`
  const address = await side.put(room, Y.encodeStateAsUpdate(documentOf(blocks)))
  const context = await browser.newContext()
  const { page, session } = await opened(context, address)
  const block = blocks / 2 + 3
  const place = page.locator('.ProseMirror > *').nth(block)
  await place.scrollIntoViewIfNeeded()
  await place.click()
  await page.keyboard.press('End')
  await settled(session)
  await page.evaluate(() => void (probe.keys.length = 0))
  const before = await worked(session)
  for (let key = 1; key <= keys; key++) {
    await page.keyboard.press('x')
    await page.waitForFunction((count) => probe.keys.length >= count, key)
  }
  await settled(session)
  const after = await worked(session)
  note(figures, `typing ${blocks}`, ...(await page.evaluate(() => probe.keys)))
  note(figures, `typing ${blocks} work`, (after.work - before.work) / keys)

  const start = await worked(session)
  for (let edit = 1; edit <= edits; edit++) {
    const text = `<${edit}>`
    await page.evaluate(([at, wanted]) => probe.await(at, wanted), [block + 1, text] as const)
    const when = await side.write(room, block + 1, text)
    await page.waitForFunction((count) => probe.seen.length >= count, edit)
    note(figures, `remote ${blocks}`, (await page.evaluate(() => probe.seen.at(-1) ?? Number.NaN)) - when)
  }
  await settled(session)
  const end = await worked(session)
  note(figures, `remote ${blocks} work`, (end.work - start.work) / edits)

  const stored = await side.read(room)
  const shown = await page.evaluate(() => document.querySelector('.ProseMirror')?.textContent ?? '')
  const marks = Array.from({ length: edits }, (_, edit) => `<${edits - edit}>`).join('')
  if (!stored.includes('x'.repeat(keys)) || !shown.includes(marks))
    throw new Error(`${side.name} does not show what was written in ${room}`)
  await context.close()
}

/** From the address to the text, with nothing cached and with everything cached that may be. */
const opening = async (browser: Browser, side: Side, address: string, figures: Figures): Promise<void> => {
  const context = await browser.newContext()
  for (const cache of ['cold', 'filling', 'warm']) {
    const page = await context.newPage()
    await page.addInitScript(install)
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    let sent = 0
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (/javascript/.test(response.headers()['content-type'] ?? ''))
        sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length))
    })
    await page.goto(address, { waitUntil: 'commit' })
    await page.waitForFunction(() => probe.editable !== null, null, { timeout: 60_000 })
    const { visible, editable } = await page.evaluate(() => probe)
    note(figures, `visible ${cache}`, visible ?? Number.NaN)
    note(figures, `editable ${cache}`, editable ?? Number.NaN)
    const { script } = await worked(session)
    note(figures, `script ${cache}`, script)
    if (cache === 'cold') {
      for (const size of await Promise.all(sizes)) sent += size
      note(figures, 'transferred', sent / 1000)
    }
    await page.close()
  }
  await context.close()
}

const measured = async (): Promise<{ quire: Figures; starter: Figures }> => {
  const browser = await chromium.launch({
    ...findChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], // as root it has no sandbox
  })
  const sides = [
    { side: await quireSide(), figures: new Map() as Figures },
    { side: await starterSide(), figures: new Map() as Figures },
  ] as const
  try {
    const book = Y.encodeStateAsUpdate(documentOf(3_000))
    const addresses = await Promise.all(sides.map(({ side }) => side.put('book', book)))
    for (let load = 0; load < loads; load++)
      for (const [i, { side, figures }] of sides.entries())
        await opening(browser, side, addresses[i] ?? '', figures)
    for (const blocks of [1_000, 10_000])
      for (let round = 0; round < rounds; round++)
        for (const { side, figures } of sides) await writing(browser, side, blocks, round, figures)
  } finally {
    await browser.close()
    for (const { side } of sides) await side.close()
  }
  return { quire: sides[0].figures, starter: sides[1].figures }
}

const { quire, starter } = await measured()
for (const [name, values] of quire) {
  const other = starter.get(name) ?? []
  const show = (list: readonly number[]) =>
    `${median(list).toFixed(1)} (p95 ${atPercent(list, 95).toFixed(1)})`
  console.log(
    name.padEnd(24),
    show(values).padEnd(26),
    show(other).padEnd(26),
    (median(values) / median(other)).toFixed(2),
  )
}
