import { expect, test } from './story.ts'

test.use({ alone: true })

test('[D6] [L10] [P3] a disk that is full costs the word Saved, not the meeting, and nothing that was typed', async ({
  house,
  enter,
  pair,
}) => {
  const { ada, ben, address } = pair
  await ada.write('Saved. ')
  await ada.isSaved()
  await house.fill(true)
  await ada.write('Typed on a full disk. ')
  await expect(ada.status).toHaveAccessibleName('Status: Not saved yet', { timeout: 5_000 })
  await expect.poll(() => ben.reads()).toBe('Saved. Typed on a full disk. ')
  await ben.write('And answered.')
  await expect.poll(() => ada.reads()).toBe('Saved. Typed on a full disk. And answered.')
  await ada.status.click()
  await expect(
    ada.page
      .getByRole('dialog')
      .getByText('Not saved yet: the server cannot store changes. It keeps trying. Keep this page open.'),
  ).toBeVisible()
  await ada.page.keyboard.press('Escape')

  // whoever would leave now is asked first
  const asked = ada.page.waitForEvent('dialog')
  await ada.page.close({ runBeforeUnload: true })
  const warning = await asked
  expect(warning.type()).toBe('beforeunload')
  await warning.dismiss()

  await house.fill(false)
  for (const guest of [ada, ben]) await guest.isSaved(15_000)
  for (const guest of [ada, ben]) guest.bear(/WebSocket|connection|net::ERR/)
  await house.stop('SIGKILL')
  await house.start()
  const cleo = await enter('Cleo')
  await cleo.visit(address)
  await expect.poll(() => cleo.reads()).toBe('Saved. Typed on a full disk. And answered.')
})
