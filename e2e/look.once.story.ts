import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator } from '@playwright/test'
import * as arabic from '../apps/web/src/words/arabic.ts'
import * as english from '../apps/web/src/words/english.ts'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

// README's picture is made anew each time. Those of docs/screenshots change with every hair of the page, so they are
// only written when somebody asks: PICTURES=1 playwright test look.once
const asked = process.env['PICTURES'] === '1'
const docs = join(import.meta.dirname, '../docs')

/** The pictures that docs/screenshots keeps, each at most so many bytes; all others are looked at and thrown away. */
const largest = 60_000
const kept = new Set([
  'document.png',
  'document-dark.png',
  'document-phone.png',
  'document-phone-dark.png',
  'document-rtl.png',
  'document-phone-rtl.png',
  'documents.png',
  'documents-phone-rtl.png',
  'share.jpg',
  'share-phone-dark.png',
  'sign-in.png',
  'menu-rtl.jpg',
  'palette-dark.jpg',
  'find.png',
  'shortcuts-phone.png',
])

const texts = {
  en: {
    title: 'A garden for the school',
    want: 'What we want',
    beds: 'Beds that the children plant themselves, a **quiet corner** to read in, and water that comes from the roof.',
    quote: 'A garden is never finished.',
    next: 'Next steps',
    yard: 'Measure the yard',
    ask: 'Ask the neighbours for cuttings',
    rain: 'rain (l) = roof (m2) x fall (mm)',
  },
  ar: {
    title: 'حديقة للمدرسة',
    want: 'ماذا نريد',
    beds: 'أحواض يزرعها الأطفال بأنفسهم، **وركن هادئ** للقراءة، وماء يأتي من السطح.',
    quote: 'الحديقة لا تكتمل أبدًا.',
    next: 'الخطوات التالية',
    yard: 'قياس الساحة',
    ask: 'سؤال الجيران عن الشتلات',
    rain: 'rain (l) = roof (m2) x fall (mm)',
  },
}

/** Writes a page of everything there is. */
const compose = async ({ page, text }: Guest, title: Locator, said: (typeof texts)['en']): Promise<void> => {
  const { keyboard } = page
  await title.fill(said.title)
  await title.press('Enter')
  await keyboard.type(`## ${said.want}`)
  await keyboard.press('Enter')
  await keyboard.type(said.beds)
  await keyboard.press('Enter')
  await keyboard.type(`> ${said.quote}`)
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type(`## ${said.next}`)
  await keyboard.press('Enter')
  await keyboard.type(`[ ] ${said.yard}`)
  await keyboard.press('Enter')
  await keyboard.type(said.ask)
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.type('```')
  await keyboard.press('Enter')
  await keyboard.type(said.rain)
  await text.getByRole('checkbox').first().check()
  await text.getByText(said.quote).click()
}

const violations = async (guest: Guest): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page: guest.page }).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

const sizes = {
  '': { viewport: { width: 1280, height: 820 } },
  '-phone': { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
}

for (const [language, { words }] of [
  ['en', english],
  ['ar', arabic],
] as const)
  for (const [size, options] of Object.entries(sizes)) {
    const sort = `${size}${language === 'ar' ? '-rtl' : ''}`
    test(`every screen${sort} passes axe in both themes, and is looked at`, async ({
      house,
      enter,
    }, info) => {
      test.setTimeout(240_000)
      const ada = await enter('Ada', { ...options, locale: language })
      const ben = await enter('Ben')
      ada.bear(/404|Permission denied|WebSocket is closed before|status of 403|Unexpected response code/)
      const { page, text } = ada
      const { keyboard } = page

      const look = async (what: string): Promise<void> => {
        // what is mirrored has the colours of what is not
        for (const colorScheme of language === 'ar' ? (['light'] as const) : (['light', 'dark'] as const)) {
          await ada.wear(colorScheme)
          const name = `${what}${size}${colorScheme === 'dark' ? '-dark' : ''}${language === 'ar' ? '-rtl' : ''}`
          const file = [`${name}.png`, `${name}.jpg`].find((one) => asked && kept.has(one))
          const path = file === undefined ? info.outputPath(`${name}.png`) : join(docs, 'screenshots', file)
          const quality = path.endsWith('.jpg') ? { quality: 75 } : {}
          const picture = await page.screenshot({ path, animations: 'disabled', ...quality })
          if (file !== undefined) expect.soft(picture.length, file).toBeLessThanOrEqual(largest)
          expect.soft(await violations(ada), name).toEqual([])
        }
        await page.emulateMedia({ colorScheme: 'light' })
      }
      const button = (name: string): Locator => page.getByRole('button', { name, exact: true })

      await page.goto(house.url)
      await expect(page.getByText(words['home.empty.mine'])).toBeVisible()
      await look('no-documents')

      await ada.introduce()
      await page.reload()
      await button(words['home.new']).first().click()
      await expect(text).toBeEditable()
      const address = page.url()
      await compose(ada, page.getByRole('textbox', { name: words['title.label'] }), texts[language])
      await ben.visit(address)
      await ben.text.getByText(texts[language].want).click()
      await ben.page.keyboard.press('Home')
      await ben.page.keyboard.press('Shift+End')
      await expect(ada.caretOf(ben)).toBeVisible()
      await expect(
        page.getByRole('button', { name: words['status.label'](words['status.saved']) }),
      ).toBeVisible()
      if (sort === '') await page.screenshot({ path: join(docs, 'images/quire.png'), animations: 'disabled' })
      await look('document')

      await page.getByRole('button', { name: words['people.label'](2) }).click()
      await look('people')
      await keyboard.press('Escape')

      await button(words['menu.label']).click()
      await expect(page.getByRole('menu')).toBeVisible()
      await look('menu')
      await keyboard.press('Escape')

      await button(words['share.open']).click()
      await expect(page.getByRole('dialog').getByText(words['share.general'])).toBeVisible()
      await look('share')
      await keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()

      await text.getByText(texts[language].quote).click()
      await keyboard.press('ControlOrMeta+k')
      await expect(page.getByRole('combobox', { name: words['palette.field'] })).toBeVisible()
      await look('palette')
      await keyboard.press('Escape')

      await keyboard.press('ControlOrMeta+f')
      await page.getByRole('textbox', { name: words['find.query'] }).fill(texts[language].want.slice(0, 3))
      await look('find')
      await keyboard.press('Escape')

      await keyboard.press('ControlOrMeta+/')
      await expect(page.getByRole('dialog', { name: words['shortcuts.label'] })).toBeVisible()
      await look('shortcuts')
      await keyboard.press('Escape')

      await page.goto(house.url)
      await expect(page.getByRole('link', { name: texts[language].title })).toBeVisible()
      await look('documents')
      await page.goto(`${house.url}/account`)
      await expect(page.getByText(words['account.guest'])).toBeVisible()
      await look('account')
      await page.goto(`${house.url}/sign-in`)
      await expect(page.getByRole('textbox', { name: words['share.email'] })).toBeVisible()
      await look('sign-in')
      await page.goto(`${house.url}/d/AAAAAAAAAAAAAAAAAAAAAA`)
      await expect(page.getByText(words.notFound)).toBeVisible()
      await look('request-access')
    })
  }
