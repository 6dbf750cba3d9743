import { provider } from '../apps/server/test/provider.ts'
import { postOffice } from '../apps/server/test/postoffice.ts'
import { House } from './house.ts'
import { expect, test } from './story.ts'

test('[A21] a guest signs in at a provider or by a mail, is sent back, and keeps the documents that they made', async ({
  enter,
}) => {
  const people = { ada: { name: 'Ada Lovelace', email: 'ada@example.org', email_verified: true } }
  const ends: (() => unknown)[] = []
  const after = (end: () => unknown): void => void ends.push(end)
  const { issuer, admit } = await provider({ after }, people)
  const office = await postOffice({ after })
  try {
    const house = await House.open({
      QUIRE_OIDC_ISSUER: issuer,
      QUIRE_OIDC_CLIENT_ID: 'quire',
      QUIRE_OIDC_CLIENT_SECRET: 'a secret between the two',
      QUIRE_OIDC_NAME: 'Example Login',
      QUIRE_SMTP_URL: `smtp://127.0.0.1:${office.port}`,
      QUIRE_MAIL_FROM: 'Quire <quire@example.org>',
    })
    after(() => house.close())
    admit(house.url)
    const ada = await enter('Ada')
    const { page } = ada
    ada.bear(/fonts\.googleapis|Failed to load resource|favicon/) // of the provider's own page
    await page.route(/^https:/, (route) => route.abort())
    const address = await ada.start(house)
    await ada.title.fill('Minutes')
    await ada.isSaved()
    await page.goto(`${house.url}/sign-in?to=${encodeURIComponent(new URL(address).pathname)}`)
    await page.getByRole('link', { name: 'Sign in with Example Login' }).click()
    await page.getByPlaceholder('Enter any login').fill('ada')
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page).toHaveURL(address)
    await expect(ada.title).toHaveValue('Minutes')
    await ada.write('Hers as before.')
    await ada.isSaved()
    await page.goto(`${house.url}/account`)
    await expect(page.getByText('ada@example.org')).toBeVisible()

    const ben = await enter('Ben')
    ben.bear(/403/)
    const path = await ben.start(house)
    await ben.title.fill('Seeds')
    await ben.isSaved()
    await ben.page.goto(`${house.url}/sign-in?to=${encodeURIComponent(new URL(path).pathname)}`)
    await ben.page.getByRole('button', { name: 'Sign in without a password' }).click()
    await ben.page.keyboard.type('ben@example.org')
    await ben.page.getByRole('button', { name: 'Send me a link' }).click()
    await expect(ben.page.getByRole('heading', { name: 'Look in your mail' })).toBeVisible()
    await expect.poll(() => office.arrived.length).toBe(1)
    const link = /http\S+\/sign-in#m=[\w-]+/.exec(office.arrived[0]?.text ?? '')?.[0] ?? ''
    // what looks into mail opens the link and clicks nothing
    await fetch(link)
    await ben.page.goto(link)
    await ben.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(ben.page).toHaveURL(path)
    await expect(ben.title).toHaveValue('Seeds')
    await ben.page.goto(link)
    await expect(ben.page).toHaveURL(`${house.url}/sign-in`)
    await ben.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(ben.page.getByText('This link does not work any more.')).toBeVisible()
  } finally {
    for (const end of ends.toReversed()) await end()
  }
})
