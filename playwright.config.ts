import { defineConfig } from '@playwright/test'
import { findChromium, findFirefox } from './e2e/browsers.ts'

const chromium = findChromium()
const firefox = findFirefox()
if (chromium === null || firefox === null) throw new Error('No browsers: pnpm exec node e2e/browsers.ts')

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.story.ts',
  outputDir: 'test-results',
  workers: 2,
  // a browser that does not come up is no finding; what passes only the second time is listed as flaky
  retries: 1,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  use: { screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...chromium,
          // as root it has no sandbox; the rest keeps it from calling home
          args: [
            ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--disable-quic',
            '--no-first-run',
          ],
        },
      },
    },
    {
      name: 'firefox',
      testIgnore: '*.once.story.ts',
      use: {
        browserName: 'firefox',
        ...('executablePath' in firefox ? { channel: 'moz-firefox' } : {}),
        launchOptions: firefox,
      },
    },
  ],
})
