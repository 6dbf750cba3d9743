import type { LaunchOptions } from '@playwright/test'
import { By, Key, until } from 'selenium-webdriver'
import { findFirefox } from './browsers.ts'
import { expect, test } from './story.ts'
import { WebKitBrowser } from './webkit.ts'

test('[P1] Chromium, Firefox and WebKit edit the same document together', async ({
  house,
  enter,
  playwright,
}) => {
  test.setTimeout(120_000)
  const fox = findFirefox()
  const launch: LaunchOptions = {
    ...fox,
    ...(fox?.executablePath === undefined ? {} : { channel: 'moz-firefox' }),
  }
  const [firefox, webkit] = await Promise.all([playwright.firefox.launch(launch), WebKitBrowser.open()])
  try {
    const ada = await enter('Ada')
    const ben = await enter('Ben', { browser: firefox })
    const { driver } = webkit
    const address = await ada.start(house)
    await ada.write('Chromium writes first. ')
    await ben.visit(address)
    await ben.write('Firefox comes second. ')
    await driver.get(address)
    const text = await driver.wait(
      until.elementLocated(By.css('.ProseMirror[contenteditable="true"]')),
      20_000,
    )
    const reads = () =>
      driver.executeScript<string>(`
        const copy = document.querySelector('.ProseMirror').cloneNode(true)
        for (const caret of copy.querySelectorAll('.caret')) caret.remove()
        return [...copy.children].map((block) => block.textContent).join('\\n')
      `)
    await expect.poll(reads).toBe('Chromium writes first. Firefox comes second. ')
    await text.click()
    const write = (...keys: string[]) =>
      driver
        .actions()
        .keyDown(Key.CONTROL)
        .sendKeys(Key.END)
        .keyUp(Key.CONTROL)
        .sendKeys(...keys)
        .perform()
    await write('WebKit is third.')
    const expected = 'Chromium writes first. Firefox comes second. WebKit is third.'
    for (const guest of [ada, ben]) await expect.poll(() => guest.reads()).toBe(expected)

    // all three at once, each in a line of its own
    await Promise.all([
      ada.write('\nfrom Chromium', 10),
      ben.write('\nfrom Firefox', 10),
      write(Key.ENTER, 'from WebKit'),
    ])
    await expect
      .poll(async () => (await ada.reads()).replaceAll('\n', '').length)
      .toBe(expected.length + 'from Chromiumfrom Firefoxfrom WebKit'.length)
    const whole = await ada.reads()
    await expect.poll(() => ben.reads()).toBe(whole)
    await expect.poll(reads).toBe(whole)
    await expect(ada.page.locator('.caret')).toHaveCount(2)
    expect(await driver.findElements(By.css('.caret'))).toHaveLength(2)
  } finally {
    await Promise.all([firefox.close(), webkit.close()])
  }
})
