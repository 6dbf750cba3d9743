import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const picture = join(import.meta.dirname, '../docs/images/quire.png')

/** Writes a page of everything there is. */
const compose = async (guest: Guest): Promise<void> => {
  const { keyboard } = guest.page
  await guest.title.fill('A garden for the school')
  await guest.title.press('Enter')
  await keyboard.type('## What we want')
  await keyboard.press('Enter')
  await keyboard.type(
    'Beds that the children plant themselves, a **quiet corner** to read in, and water that comes from the roof.',
  )
  await keyboard.press('Enter')
  await keyboard.type('> A garden is never finished.')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('## Next steps')
  await keyboard.press('Enter')
  await keyboard.type('[ ] Measure the yard')
  await keyboard.press('Enter')
  await keyboard.type('Ask the neighbours for cuttings')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('```')
  await keyboard.press('Enter')
  await keyboard.type('rain (l) = roof (m2) x fall (mm)')
  await guest.text.getByRole('checkbox').first().check()
  await guest.text.getByText('Beds that').click()
}

const violations = async (guest: Guest): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page: guest.page }).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

test('every screen passes axe in both themes, and the README gets its picture', async ({ house, enter }) => {
  test.setTimeout(120_000)
  const ada = await enter('Ada', { viewport: { width: 1280, height: 820 } })
  const ben = await enter('Ben')
  ada.bear(/404|Permission denied|WebSocket is closed before/)
  const look = async (what: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await ada.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // the colours of the other theme are on their way for a frame
      await ada.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
      expect(await violations(ada), `${what}, ${colorScheme}`).toEqual([])
    }
    await ada.page.emulateMedia({ colorScheme: 'light' })
  }
  await ada.page.goto(house.url)
  await expect(ada.page.getByText('No documents yet.')).toBeVisible()
  await look('no documents')

  const address = await ada.start(house)
  await compose(ada)
  await ben.visit(address)
  await ben.text.getByText('What we want').click()
  await ben.page.keyboard.press('Home')
  await ben.page.keyboard.press('Shift+End')
  await expect(ada.caretOf(ben)).toBeVisible()
  await ada.isSaved()
  await ada.page.screenshot({ path: picture, animations: 'disabled' })
  await look('a document')
  await ada.page.getByRole('button', { name: /people here/ }).click()
  await look('the people in it')
  await ada.page.keyboard.press('Escape')

  await ada.page.goto(house.url)
  await expect(ada.page.getByRole('link', { name: /A garden for the school/ })).toBeVisible()
  await look('documents')
  await ada.page.goto(`${house.url}/d/AAAAAAAAAAAAAAAAAAAAAA`)
  await expect(ada.page.getByText('Nothing here, or not shared with you.')).toBeVisible()
  await look('nothing here')
})
