import { expect, test } from './story.ts'

test('a German browser gets German; Arabic, once chosen, turns the page around and stays after a reload', async ({
  house,
  enter,
}) => {
  const ada = await enter('Ada', { locale: 'de-AT' })
  const { page } = ada
  await page.goto(house.url)
  await expect(page.getByRole('heading', { name: 'Dokumente' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')

  // only the words of one language come
  const loaded = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .flatMap(
          ({ name }) => /\/(english|german|french|spanish|japanese|arabic)-[^/]*\.js$/.exec(name)?.[1] ?? [],
        ),
    )
  expect([...new Set(await loaded())]).toEqual(['german'])

  await page.getByRole('button', { name: 'Neues Dokument' }).first().click()
  await expect(ada.text).toBeEditable()
  await ada.text.click()
  await page.keyboard.type('Guten Tag')
  await expect(page.getByRole('button', { name: 'Status: Gespeichert' })).toBeVisible()

  await page.getByRole('button', { name: 'Menü' }).click()
  await page.getByRole('menuitem', { name: 'Sprache' }).press('ArrowRight')
  await page.getByRole('menuitemradio', { name: 'العربية' }).click()
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  for (const when of ['after the choice', 'after a reload']) {
    const share = page.getByRole('button', { name: 'مشاركة' })
    await expect(share, when).toBeVisible()
    await expect(ada.text, when).toContainText('Guten Tag')
    // what was on the right is on the left; the German text stays where it was
    const { x } = (await share.boundingBox()) ?? { x: Infinity }
    const home = (await page.getByRole('link', { name: 'كل المستندات' }).boundingBox()) ?? { x: 0 }
    expect(x, when).toBeLessThan(home.x)
    expect(await ada.text.evaluate((text) => getComputedStyle(text).direction), when).toBe('ltr')
    if (when === 'after the choice') await page.reload()
  }

  // a submenu opens towards where lines go
  await page.getByRole('button', { name: 'القائمة' }).click()
  await page.getByRole('menuitem', { name: 'اللغة' }).press('ArrowLeft')
  await expect(page.getByRole('menuitemradio', { name: 'العربية' })).toBeChecked()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('dir', 'ltr')
})
