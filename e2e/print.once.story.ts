import { inflateSync } from 'node:zlib'
import { expect, test } from './story.ts'
import type { Guest } from './story.ts'

const rows = Array.from({ length: 60 }, (_, row) => `<tr><td>row ${row}</td><td>${row * row}</td></tr>`).join(
  '',
)
const html = `<h2>First part</h2>
<p>See <a href="https://example.org/plan">the plan</a>, or <a href="https://example.org/bare">example.org/bare</a>.</p>
<details><summary>More</summary><p>Folded away.</p></details>
<pre><code>${'a long line of code '.repeat(12)}</code></pre>
<table><tbody><tr><th>Name</th><th>Square</th></tr>${rows}</tbody></table>
<div data-page-break></div>
<h2>Last part</h2><p>The end.</p>`

/** Puts HTML where the caret is, as if it had been copied elsewhere. */
const paste = async ({ page }: Guest): Promise<void> => {
  await page.locator('.text').evaluate((text, copied) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/html', copied)
    text.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }))
  }, html)
}

interface Sheet {
  readonly width: number
  readonly height: number
  readonly text: string
}

/** The pages of a PDF as Chromium writes it: their size in points, and what is to be read on them. */
const pagesOf = (pdf: Buffer): Sheet[] => {
  const objects = new Map<string, { dict: string; stream: string }>()
  for (const [, id = '', body = ''] of pdf.toString('latin1').matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [dict = '', data] = body.split(/stream\n([\s\S]*)\nendstream/)
    const packed = Buffer.from(data ?? '', 'latin1')
    objects.set(id, {
      dict,
      stream: dict.includes('/FlateDecode')
        ? inflateSync(packed).toString('latin1')
        : packed.toString('latin1'),
    })
  }
  const at = (id: string | undefined) => objects.get(id ?? '') ?? { dict: '', stream: '' }
  const letters = (font: string): Map<string, string> => {
    const { stream } = at(/\/ToUnicode (\d+) 0 R/.exec(at(font).dict)?.[1])
    const map = new Map<string, string>()
    for (const [, from = '', to = ''] of stream.matchAll(/^<([0-9A-F]{4})> <([0-9A-F]{4})>$/gm))
      map.set(from, String.fromCodePoint(Number.parseInt(to, 16)))
    for (const [, from = '', until = '', to = ''] of stream.matchAll(
      /^<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>$/gm,
    ))
      for (let code = Number.parseInt(from, 16), i = 0; code <= Number.parseInt(until, 16); code++, i++)
        map.set(
          code.toString(16).toUpperCase().padStart(4, '0'),
          String.fromCodePoint(Number.parseInt(to, 16) + i),
        )
    return map
  }
  return [...objects.values()]
    .filter(({ dict }) => /\/Type \/Page\b/.test(dict))
    .map(({ dict }) => {
      const [, width = '0', height = '0'] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(dict) ?? []
      const fonts = new Map(
        [...dict.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => [name, letters(id)]),
      )
      let font = new Map<string, string>()
      let text = ''
      const content = at(/\/Contents (\d+) 0 R/.exec(dict)?.[1]).stream
      for (const [, name, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-F]+)>/g))
        if (name !== undefined) font = fonts.get(name) ?? font
        else for (const code of glyphs?.match(/.{4}/g) ?? []) text += font.get(code) ?? ''
      return { width: Math.round(Number(width)), height: Math.round(Number(height)), text }
    })
}

test('what is printed is the title and the text, on A4 and Letter, whatever the screen shows', async ({
  house,
  enter,
}) => {
  const ada = await enter('Ada', { colorScheme: 'dark' })
  await ada.start(house)
  const { page } = ada
  await ada.title.fill(
    'A plan that is printed, with a title so long that it does not fit into the one line that the page has for it',
  )
  await ada.text.click()
  await paste(ada)
  await expect(ada.text.getByText('The end.')).toBeVisible()
  await page.getByRole('button', { name: 'Open or close' }).click()
  await expect(page.getByText('Folded away.')).toBeHidden()
  await ada.isSaved()

  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText('Folded away.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const gone of [
    page.locator('.header'),
    page.getByRole('toolbar').first(),
    page.locator('.handle'),
    ada.status,
  ])
    await expect(gone).toBeHidden()
  const [paper, ink] = await page.evaluate(() => [
    getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector('.text p') ?? document.body).color,
  ])
  expect([paper, ink]).toEqual(['rgba(0, 0, 0, 0)', 'rgb(0, 0, 0)'])
  // nothing is wider than the paper, so nothing is cut
  await page.setViewportSize({ width: 640, height: 900 })
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map(({ tagName, className }) => `${tagName} ${className}`),
  )
  expect(wide).toEqual([])
  await page.emulateMedia({ media: null })

  for (const [format, width, height] of [
    ['A4', 595, 842],
    ['Letter', 612, 792],
  ] as const) {
    const pages = pagesOf(await page.pdf({ format, preferCSSPageSize: false }))
    for (const sheet of pages) {
      expect(Math.abs(sheet.width - width)).toBeLessThanOrEqual(1)
      expect(Math.abs(sheet.height - height)).toBeLessThanOrEqual(1)
    }
    const texts = pages.map(({ text }) => text)
    const [first = '', ...rest] = texts
    expect(first).toContain('that the page has for it')
    expect(first).toContain('Folded away.')
    expect(first).toContain('the plan (https://example.org/plan)')
    expect(first).toContain('example.org/bare.')
    expect(first.match(/a long line of code/g)).toHaveLength(12)
    // each page with rows begins with the header row
    for (const text of texts.filter((one) => one.includes('row '))) expect(text).toContain('NameSquare')
    expect(rest.length).toBeGreaterThan(1)
    expect(rest.at(-1)).toMatch(/^Last part\s*The end\./)
  }
})
