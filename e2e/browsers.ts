import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, firefox } from '@playwright/test'

// Where the browsers are that the stories are told in. Run as a program it provides those that are missing.

const isRunnable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onPath = (...names: string[]): string | undefined =>
  names
    .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find(isRunnable)

/** How Playwright launches a browser: its own where that is installed, else the system's; null without either. */
interface Launch {
  /** Set for the system's own program. */
  readonly executablePath?: string
}

const pick = (own: string, system: string | undefined): Launch | null => {
  if (isRunnable(own)) return {}
  return system === undefined ? null : { executablePath: system }
}

/** Chromium, or null where there is none. */
export const findChromium = (): Launch | null =>
  pick(chromium.executablePath(), onPath('chromium', 'chromium-browser', 'google-chrome'))

/** Firefox, or null where there is none. The system's Firefox is driven over WebDriver BiDi. */
export const findFirefox = (): Launch | null =>
  pick(firefox.executablePath(), onPath('firefox-esr', 'firefox'))

/** WebKitGTK: its WebDriver, its browser, and a display for it. */
export interface WebKit {
  readonly driver: string
  readonly browser: string
  readonly display: string
}

/** WebKitGTK, or null where a part of it is missing. */
export const findWebKit = (): WebKit | null => {
  const driver = onPath('WebKitWebDriver')
  const display = onPath('Xvfb')
  const browser = libraryFolders()
    .flatMap((folder) =>
      ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((name) => join(folder, name, 'MiniBrowser')),
    )
    .find(isRunnable)
  return driver === undefined || display === undefined || browser === undefined
    ? null
    : { driver, browser, display }
}

const libraryFolders = (): string[] =>
  ['/usr/lib', '/usr/libexec'].flatMap((folder) =>
    existsSync(folder) ? [folder, ...readdirSync(folder).map((name) => join(folder, name))] : [],
  )

/** Where Debian has them. Ubuntu's chromium and firefox are other things: there Playwright's installer is used. */
const packages = {
  Chromium: { find: findChromium, debian: ['chromium'], playwright: 'chromium' },
  Firefox: { find: findFirefox, debian: ['firefox-esr'], playwright: 'firefox' },
  WebKitGTK: { find: findWebKit, debian: ['webkit2gtk-driver', 'xvfb'], playwright: null },
} as const

const provide = (): void => {
  const missing = () => Object.values(packages).filter(({ find }) => find() === null)
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const isDebian = /^ID=debian$/m.test(system)
  const hasApt = /debian/m.test(system) && process.getuid?.() === 0
  const run = (program: string, ...words: string[]) => execFileSync(program, words, { stdio: 'inherit' })

  const byApt = hasApt ? missing().filter(({ playwright }) => isDebian || playwright === null) : []
  if (byApt.length > 0) {
    run('apt-get', 'update', '-q')
    const names = byApt.flatMap(({ debian }) => debian)
    run(
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '-qy',
      '--no-install-recommends',
      ...names,
    )
  }
  const byPlaywright = missing().flatMap(({ playwright }) => playwright ?? [])
  if (byPlaywright.length > 0) {
    run('playwright', 'install', ...(hasApt ? ['--with-deps'] : []), ...byPlaywright)
  }

  for (const [name, { find, debian, playwright }] of Object.entries(packages)) {
    if (find() !== null) continue
    const hints = [playwright === null ? '' : `pnpm exec playwright install ${playwright}, or `]
    process.stderr.write(`No ${name}: ${hints.join('')}apt-get install ${debian.join(' ')}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) provide()
