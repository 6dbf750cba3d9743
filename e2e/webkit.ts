import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Builder, Capabilities } from 'selenium-webdriver'
import type { WebDriver } from 'selenium-webdriver'
import { findWebKit } from './browsers.ts'
import { freePort } from './house.ts'

/** WebKitGTK's own browser on a display of its own, driven over WebDriver. One person a browser. */
export class WebKitBrowser {
  readonly driver: WebDriver
  readonly #processes: ChildProcess[]

  private constructor(driver: WebDriver, processes: ChildProcess[]) {
    this.driver = driver
    this.#processes = processes
  }

  static async open(): Promise<WebKitBrowser> {
    const webkit = findWebKit()
    if (webkit === null) throw new Error('No WebKitGTK: apt-get install webkit2gtk-driver xvfb')
    const screen = spawn(
      webkit.display,
      ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const processes: ChildProcess[] = [screen]
    try {
      const [line] = (await once(screen.stdout, 'data')) as [Buffer]
      const port = await freePort()
      const service = spawn(webkit.driver, [`--port=${port}`], {
        env: {
          ...process.env,
          DISPLAY: `:${line.toString().trim()}`,
          ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
        },
        stdio: 'ignore',
      })
      processes.push(service)
      const wants = new Capabilities()
      wants.set('browserName', 'MiniBrowser')
      wants.set('webkitgtk:browserOptions', { binary: webkit.browser, args: ['--automation'] })
      const driver = await untilUp(port, () =>
        new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(wants).build(),
      )
      return new WebKitBrowser(driver, processes)
    } catch (error) {
      for (const child of processes) child.kill('SIGKILL')
      throw error
    }
  }

  async close(): Promise<void> {
    await this.driver.quit().catch(() => {
      // the browser is gone already
    })
    for (const child of this.#processes) child.kill('SIGKILL')
  }
}

/** Waits for the driver's port, then does it. */
const untilUp = async <T>(port: number, then: () => Promise<T>): Promise<T> => {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`)
      return await then()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await new Promise((resolve) => void setTimeout(resolve, 50)) // nothing to wait on: the port does not answer yet
    }
  }
  throw new Error('WebKitWebDriver does not answer')
}
