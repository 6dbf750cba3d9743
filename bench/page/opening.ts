import { gzipSync } from 'node:zlib'
import type { Browser } from '@playwright/test'
import type { Figures } from './figures.ts'
import type { Side } from './side.ts'
import { Tab } from './tab.ts'

/** From the address to the text: with nothing cached, and with everything cached that may be. */
export const opening = async (
  browser: Browser,
  { figures }: { readonly side: Side; readonly figures: Figures },
  address: string,
): Promise<void> => {
  const context = await browser.newContext()
  try {
    // the browser keeps compiled scripts from the second time on: the third is warm
    for (const cache of ['cold', 'filling', 'warm']) {
      const tab = await Tab.open(context)
      const scripts: Promise<number>[] = []
      tab.page.on('response', (response) => {
        if (/javascript/.test(response.headers()['content-type'] ?? ''))
          scripts.push(
            response.body().then(
              (body) => gzipSync(body, { level: 9 }).length,
              () => 0, // what comes after the text is editable may be cut off by the end of the page
            ),
          )
      })
      await tab.visit(address)
      const { visible, editable } = await tab.page.evaluate(() => ({
        visible: probe.visible,
        editable: probe.editable,
      }))
      const { all, script } = await tab.work()
      figures.note(`visible ${cache}`, visible)
      figures.note(`editable ${cache}`, editable)
      figures.note(`work ${cache}`, all)
      figures.note(`script ${cache}`, script)
      if (cache === 'cold') {
        const sizes = await Promise.all(scripts)
        figures.note('transferred', sizes.reduce((sum, size) => sum + size, 0) / 1000)
      }
      await tab.page.close()
    }
  } finally {
    await context.close()
  }
}
