import { expect, test } from './story.ts'

test('a caret goes too when the browser is killed', async ({ house, enter, playwright }, info) => {
  const ada = await enter('Ada')
  const address = await ada.start(house)
  await ada.write('Who is here?')
  const server = await playwright.chromium.launchServer(info.project.use.launchOptions ?? {})
  const doomed = await playwright.chromium.connect(server.wsEndpoint())
  const ben = await enter('Ben', { browser: doomed })
  await ben.visit(address)
  await ben.text.click()
  await expect(ada.caretOf(ben)).toBeVisible()
  server.process().kill('SIGKILL')
  await expect(ada.caretOf(ben)).toHaveCount(0)
})
