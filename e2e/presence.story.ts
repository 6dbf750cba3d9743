import { expect, test } from './story.ts'

test('carets and names appear where people are, and go when their tab is closed', async ({
  house,
  enter,
}) => {
  const [ada, ben] = [await enter('Ada'), await enter('Ben')]
  const address = await ada.start(house)
  await ada.write('One line.')
  await ben.visit(address)
  await ben.text.click()
  await expect(ada.caretOf(ben)).toBeVisible()
  await expect(ada.page.getByRole('button', { name: 'Go to Ben' })).toBeVisible()
  await expect(ben.caretOf(ada)).toBeVisible()
  await expect(ben.page.getByRole('button', { name: 'Go to Ada' })).toBeVisible()
  await ben.page.close()
  await expect(ada.caretOf(ben)).toHaveCount(0)
  await expect(ada.page.getByRole('button', { name: 'Go to Ben' })).toHaveCount(0)
})

test('a caret goes too when the browser is killed', async ({ house, enter, playwright }, info) => {
  test.skip(
    info.project.name !== 'chromium',
    'a second Firefox would prove no more: what is killed is a connection',
  )
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

test('a selection is painted for the others, and a name changed here changes there', async ({
  house,
  enter,
}) => {
  const [ada, ben] = [await enter('Ada'), await enter('Ben')]
  const address = await ada.start(house)
  await ada.write('Look at this.')
  await ben.visit(address)
  await ben.page.bringToFront()
  await ben.text.click()
  await ben.page.keyboard.press('ControlOrMeta+a')
  await expect(ada.page.locator('.selected')).toHaveText('Look at this.')
  await ben.page.getByRole('button', { name: /people here/ }).click()
  const name = ben.page.getByRole('textbox', { name: 'Your name' })
  await name.fill('Benedikt')
  await name.press('Enter')
  await expect(ada.caretOf('Benedikt')).toBeVisible()
  await ben.page.reload()
  await ben.page.getByRole('button', { name: /people here/ }).click()
  await expect(ben.page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Benedikt')
})
