import { test as base, expect } from '@playwright/test'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from '@playwright/test'
import { House } from './house.ts'

export { expect }

/** Somebody at a browser of their own, with cookies of their own. */
export class Guest {
  readonly name: string
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained of and nobody expected. */
  readonly complaints: string[] = []
  #bearing: RegExp | null = null

  constructor(name: string, page: Page) {
    this.name = name
    this.page = page
    this.context = page.context()
    page.on('pageerror', (error) => this.#complain(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#complain(message.text())
    })
  }

  #complain(text: string): void {
    if (this.#bearing?.test(text) !== true) this.complaints.push(`${this.name}: ${text}`)
  }

  /** From now on what matches is no complaint: the browser itself reports a server that is gone. */
  bear(pattern: RegExp): void {
    this.#bearing = pattern
  }

  get text(): Locator {
    return this.page.getByRole('main').getByRole('textbox')
  }

  get title(): Locator {
    return this.page.getByRole('textbox', { name: 'Title' })
  }

  get status(): Locator {
    return this.page.getByRole('button', { name: /^Status:/ })
  }

  tool(name: string): Locator {
    return this.page.getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name, exact: false })
  }

  /** The caret that this page draws for somebody else. */
  caretOf(other: Guest | string): Locator {
    const name = typeof other === 'string' ? other : other.name
    return this.page
      .locator('.caret', { has: this.page.locator('.label', { hasText: name }) })
      .locator('.flag')
  }

  /** Starts a document of their own and returns its address. */
  async start(house: House): Promise<string> {
    await this.page.goto(house.url)
    await this.introduce()
    await this.page.reload()
    await this.page.getByRole('button', { name: 'New document' }).first().click()
    await expect(this.text).toBeEditable()
    return this.page.url()
  }

  /** Opens somebody's document. */
  async visit(address: string): Promise<void> {
    await this.page.goto(new URL('/', address).href)
    await this.introduce()
    await this.page.goto(address)
    await expect(this.text).toBeEditable()
  }

  /** Tells the server their name and colour, the same in each run: the README's picture shows them. */
  async introduce(): Promise<void> {
    const wish = { name: this.name, color: (this.name.charCodeAt(0) * 5) % 12 }
    const status = await this.page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch('/api/me', { method: 'PATCH', headers, body })
      return answer.status
    }, JSON.stringify(wish))
    expect(status).toBe(200)
  }

  /** Puts the caret at the end and types. */
  async write(text: string, delay = 0): Promise<void> {
    // Firefox moves carets only in the window that is in front; letters it takes in any
    await this.page.bringToFront()
    await this.text.click()
    await this.page.keyboard.press('ControlOrMeta+End')
    await this.page.keyboard.type(text, { delay })
  }

  /** The text as it reads, without the carets of others. */
  async reads(): Promise<string> {
    return this.text.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement // what is cloned from an element is one
      for (const caret of copy.querySelectorAll('.caret')) caret.remove()
      return [...copy.children].map((block) => block.textContent).join('\n')
    })
  }

  /** The blocks and marks of the text, without carets, selections and classes. */
  async structure(): Promise<string> {
    return this.text.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement // what is cloned from an element is one
      for (const caret of copy.querySelectorAll(
        '.caret, .ProseMirror-trailingBreak, .ProseMirror-separator',
      )) {
        caret.remove()
      }
      for (const painted of copy.querySelectorAll('.selected')) painted.replaceWith(...painted.childNodes)
      for (const inner of copy.querySelectorAll('*')) {
        for (const name of inner.getAttributeNames()) if (name !== 'href') inner.removeAttribute(name)
      }
      copy.normalize()
      return copy.innerHTML
    })
  }

  /** Takes back everything of one's own. */
  async undoAll(): Promise<void> {
    while (await this.tool('Undo').isEnabled()) await this.tool('Undo').click()
  }

  /** Waits until the page says so, at most so long. */
  async isSaved(timeout = 10_000): Promise<void> {
    await expect(this.status).toHaveAccessibleName('Status: Saved', { timeout })
  }

  /** Changes to a theme, without motion. Resolves when its colours are there: they are on their way for a frame. */
  async wear(colorScheme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    await this.page.waitForFunction(() =>
      document.getAnimations().every(({ playState }) => playState !== 'running'),
    )
  }
}

interface World {
  house: House
  enter: (name: string, options?: BrowserContextOptions & { browser?: Browser }) => Promise<Guest>
  /** Ada, who has started a document, and Ben, who has opened it. */
  pair: { ada: Guest; ben: Guest; address: string }
}

/**
 * Stories share a server, one after the other, unless one says `test.use({ alone: true })`: because it stops it, or
 * makes what no other may find. A page that complains in its console fails the story.
 */
export const test = base.extend<World & { alone: boolean }, { shared: House }>({
  alone: [false, { option: true }],
  shared: [
    // Playwright wants the empty pattern
    // oxlint-disable-next-line no-empty-pattern
    async ({}, lend) => {
      const house = await House.open()
      await lend(house)
      await house.close()
    },
    { scope: 'worker' },
  ],
  house: async ({ alone, shared }, lend, info) => {
    const house = alone ? await House.open() : shared
    const from = house.printed.length
    await lend(house)
    if (alone) await house.close()
    if (info.status !== info.expectedStatus) await info.attach('server', { body: house.printed.slice(from) })
  },
  enter: async ({ browser }, lend) => {
    const guests: Guest[] = []
    await lend(async (name, { browser: own = browser, ...options } = {}) => {
      const context = await own.newContext(options)
      const guest = new Guest(name, await context.newPage())
      guests.push(guest)
      return guest
    })
    const complaints = guests.flatMap((guest) => guest.complaints)
    await Promise.all(guests.map((guest) => guest.context.close().catch(() => {}))) // some left in the story
    expect(complaints).toEqual([])
  },
  pair: async ({ house, enter }, lend) => {
    const [ada, ben] = [await enter('Ada'), await enter('Ben')]
    const address = await ada.start(house)
    await ben.visit(address)
    await lend({ ada, ben, address })
  },
})
