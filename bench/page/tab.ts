import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import { install } from './probe.ts'

/** What the page's main thread has done since it began, in ms of processor time: in all, and in scripts. */
export interface Work {
  readonly all: number
  readonly script: number
}

/** One page in a browser, with the probe in it. */
export class Tab {
  readonly page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.#session = session
  }

  static async open(context: BrowserContext): Promise<Tab> {
    const page = await context.newPage()
    await page.addInitScript(install)
    const session = await context.newCDPSession(page)
    // the thread's own time: what else the machine does is not in it
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new Tab(page, session)
  }

  /** Resolves when the text is there and can be edited. */
  async visit(address: string): Promise<void> {
    await this.page.goto(address, { waitUntil: 'commit' })
    await this.page.evaluate(() => probe.opened)
  }

  async work(): Promise<Work> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const of = (wanted: string): number => 1000 * (metrics.find(({ name }) => name === wanted)?.value ?? 0)
    return { all: of('TaskDuration'), script: of('ScriptDuration') }
  }

  /** Waits until the page does nothing of its own any more. */
  async rest(): Promise<void> {
    let before = (await this.work()).all
    for (let quiet = 0, tries = 0; quiet < 3 && tries < 60; tries++) {
      await new Promise((resolve) => void setTimeout(resolve, 50)) // there is nothing to wait for but that
      const { all } = await this.work()
      quiet = all - before < 3 ? quiet + 1 : 0
      before = all
    }
  }
}
