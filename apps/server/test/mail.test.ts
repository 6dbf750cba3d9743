import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { readSettings } from '../src/settings.ts'
import { Browser, folder, house, LentClock, until } from './house.ts'
import type { Listed } from './house.ts'
import { postOffice } from './postoffice.ts'

interface Account {
  id: string
  email: string
  verified: boolean
}
interface State {
  mail: boolean
  account: Account | null
}

const password = 'correct horse battery staple'
const ask = (browser: Browser, email: string, status = 202) =>
  browser.json<{ sent?: boolean; error?: string }>('POST', '/api/session/mail', { email }, status)
const accept = <T = Account>(browser: Browser, token: string, status = 200): Promise<T> =>
  browser.json<T>('POST', '/api/session/mail/accept', { token }, status)
const tokenIn = (text = ''): string => /\/sign-in#m=([\w-]{43})/.exec(text)?.[1] ?? ''
const state = (browser: Browser): Promise<State> => browser.json<State>('GET', '/api/session')

const withMail = async (t: TestContext, more: string[] = []) => {
  const office = await postOffice(t)
  let now = Date.now()
  const clock = new LentClock()
  const data = folder(t)
  const open = () => house(t, { data, clock, wall: () => now, flags: [...office.flags, ...more] })
  const home = await open()
  const pass = (ms: number): void => {
    now += ms
    clock.advance(ms)
  }
  /** The token of the next mail to this address. */
  const link = async (email: string, browser = new Browser(home)): Promise<string> => {
    const before = office.arrived.length
    await ask(browser, email)
    await until('a mail', () => office.arrived.length > before)
    assert.deepEqual(office.arrived.at(-1)?.to, [email])
    return tokenIn(office.arrived.at(-1)?.text)
  }
  return { office, home, open, pass, link }
}

test('a link in a mail makes an account and signs in, once, and a guest keeps what they made', async (t) => {
  const { office, home, link } = await withMail(t)
  const [ada, eve] = [new Browser(home), new Browser(home)]
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Mine' }, 201)
  const token = await link('ada@example.org', ada)
  assert.equal(token.length, 43)
  const made = await accept(ada, token)
  assert.deepEqual([made.email, made.verified], ['ada@example.org', true])
  assert.equal((await state(ada)).account?.id, made.id)
  assert.equal((await ada.json<Listed>('GET', `/api/documents/${id}`)).role, 'own')
  assert.equal((await accept<{ error: string }>(eve, token, 403)).error, 'forbidden')
  // the same person again, elsewhere
  const phone = new Browser(home)
  assert.equal((await accept(phone, await link('ada@example.org'))).id, made.id)
  assert.equal(office.arrived.length, 2)
  assert.match(office.arrived[0]?.text ?? '', /text\/plain[\s\S]*text\/html/)
})

test('[A25] a link ends after a quarter of an hour, and when another one was used', async (t) => {
  const { home, link, pass } = await withMail(t)
  const late = await link('ada@example.org')
  pass(15 * 60_000)
  await accept(new Browser(home), late, 403)
  const [first, second] = [await link('ada@example.org'), await link('ada@example.org')]
  await accept(new Browser(home), second)
  await accept(new Browser(home), first, 403)
  await accept(new Browser(home), 'x'.repeat(43), 403)
})

test('[A26] the answer is the same whether there is an account or not, and where nobody makes accounts no mail goes to strangers', async (t) => {
  const { office, home } = await withMail(t, ['--registration', 'off'])
  await home.store.accounts.add({
    id: `@${'a'.repeat(22)}`,
    email: 'ada@example.org',
    verified: true,
    password: null,
    made: 1,
  })
  const eve = new Browser(home)
  const [known, unknown] = [await ask(eve, 'ada@example.org'), await ask(eve, 'ben@example.org')]
  assert.deepEqual(known, unknown)
  await until('a mail', () => office.arrived.length === 1)
  assert.deepEqual(office.arrived[0]?.to, ['ada@example.org'])
})

test('[A26] nobody is sent more than a few mails, and what is no address is sent none', async (t) => {
  const { home } = await withMail(t)
  const eve = new Browser(home)
  for (let round = 0; round < 5; round++) await ask(eve, 'ada@example.org')
  assert.equal((await ask(eve, 'ada@example.org', 429)).error, 'too-many')
  await ask(eve, 'ben@example.org')
  for (const email of ['ada', 'a@b', 'ada@example.org\r\nbcc: ben@example.org', 'a@x.org,b@x.org'])
    assert.equal((await ask(eve, email, 400)).error, 'bad-request', email)
})

test('[A25] whoever made an account with somebody else’s address has no way in once its owner has come by mail', async (t) => {
  const { home, link } = await withMail(t)
  const [eve, ada, ben] = [new Browser(home), new Browser(home), new Browser(home)]
  const email = 'ada@example.org'
  const squatted = await eve.json<Account>('POST', '/api/session/register', { email, password }, 201)
  const { id } = await ben.json<Listed>('POST', '/api/documents', {}, 201)
  await ben.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
  await ben.json('POST', `/api/documents/${id}/grants`, { email, role: 'edit' }, 201)
  assert.equal((await eve.ask('GET', `/api/documents/${id}`)).status, 404, 'not verified')
  const account = await accept(ada, await link(email))
  assert.deepEqual([account.id, account.verified], [squatted.id, true])
  assert.equal((await ada.ask('GET', `/api/documents/${id}`)).status, 200)
  assert.equal((await state(eve)).account, null)
  assert.equal((await eve.ask('POST', '/api/session', { email, password })).status, 403)
})

test('whoever is signed in with a password and shows that the address is theirs keeps the password', async (t) => {
  const { home, link } = await withMail(t)
  const [ada, phone] = [new Browser(home), new Browser(home)]
  const email = 'ada@example.org'
  await ada.json('POST', '/api/session/register', { email, password }, 201)
  assert.equal((await accept(ada, await link(email, ada))).verified, true)
  assert.equal((await phone.ask('POST', '/api/session', { email, password })).status, 200)
})

test('who is asked for access and who is given some hears of it by mail, if their address is known to be theirs', async (t) => {
  const { office, home, link } = await withMail(t)
  const [ada, ben, guest] = [new Browser(home), new Browser(home), new Browser(home)]
  await accept(ada, await link('ada@example.org'))
  const { id } = await ada.json<Listed>('POST', '/api/documents', { title: 'Plan <B>' }, 201)
  await ada.json('PATCH', `/api/documents/${id}/access`, { general: 'none' })
  const mails = (): string[] => office.arrived.slice(1).map(({ to }) => to.join())
  await ada.json('POST', `/api/documents/${id}/grants`, { email: 'ben@example.org', role: 'view' }, 201)
  await until('invited', () => mails().length === 1)
  assert.deepEqual(mails(), ['ben@example.org'])
  const invitation = office.arrived.at(-1)?.text ?? ''
  assert.ok(invitation.includes(`/d/${id}`) && invitation.includes('Plan &lt;B&gt;'), invitation)
  // again, with another role: no second mail
  await ada.json('POST', `/api/documents/${id}/grants`, { email: 'ben@example.org', role: 'edit' }, 201)
  await accept(ben, await link('ben@example.org'))
  assert.equal((await ben.json<Listed>('GET', `/api/documents/${id}`)).role, 'edit')
  assert.deepEqual(mails(), ['ben@example.org', 'ben@example.org'])
  for (let round = 0; round < 2; round++)
    await guest.json('POST', `/api/documents/${id}/requests`, { message: 'let me in' }, 202)
  await until('asked', () => mails().length === 3)
  assert.deepEqual(mails().at(-1), 'ada@example.org')
  assert.ok(office.arrived.at(-1)?.text.includes('let me in'))
  // a guest shares, and a mail in their name goes nowhere
  const theirs = await guest.json<Listed>('POST', '/api/documents', {}, 201)
  await guest.json(
    'POST',
    `/api/documents/${theirs.id}/grants`,
    { email: 'x@example.org', role: 'view' },
    201,
  )
  await ada.json('POST', `/api/documents/${id}/grants`, { email: 'last@example.org', role: 'view' }, 201)
  await until('the last', () => mails().includes('last@example.org'))
  assert.ok(!mails().includes('x@example.org'))
})

test('[W10] a mail server that is away, busy or refuses costs no request, and a restart forgets no invitation', async (t) => {
  const { office, home, open, link, pass } = await withMail(t)
  const ada = new Browser(home)
  await accept(ada, await link('ada@example.org'))
  const { id } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const invite = (email: string) =>
    ada.json('POST', `/api/documents/${id}/grants`, { email, role: 'view' }, 201)
  const to = (email: string): number => office.arrived.filter((mail) => mail.to.includes(email)).length
  const said = (log: Record<string, unknown>[], why: RegExp): boolean =>
    log.some(({ msg, why: said }) => msg === 'a mail could not be sent' && why.test(String(said)))
  // refused for good: not tried again
  office.refused.add('nobody@example.org')
  await invite('nobody@example.org')
  await until('given up', () => said(home.log, /550/))
  await until('forgotten', async () => (await home.store.mail.due(Date.now() + 1e12, 9)).length === 0)
  // busy: tried again after a minute
  office.busy(1)
  await invite('ben@example.org')
  await until('put off', () => said(home.log, /451/))
  await until('noted', async () => (await home.store.mail.due(Date.now() + 1e12, 9))[0]?.tries === 1)
  await home.close()
  const next = await open()
  pass(60_000)
  await until('sent after a restart', () => to('ben@example.org') === 1)
  // away: a sign-in link is tried for minutes, and its token is in no file and no log
  await office.close()
  await ask(new Browser(next), 'cleo@example.org')
  await until('away', () => said(next.log, /ECONNECTION|ESOCKET|ECONNREFUSED/))
  assert.deepEqual(await next.store.mail.due(Date.now() + 1e12, 9), [])
  const logged = JSON.stringify([...home.log, ...next.log])
  for (const secret of ['ben@example.org', 'nobody@example.org', 'cleo@example.org', 'sign-in#'])
    assert.ok(!logged.includes(secret), secret)
})

test('a password travels encrypted or not at all, and a wrong certificate is no encryption', async (t) => {
  const plain = await postOffice(t)
  const forged = await postOffice(t, { disabledCommands: [] }) // its certificate is signed by itself
  for (const [{ port, arrived }, why] of [
    [plain, /ETLS/],
    [forged, /ETLS|ESOCKET|ECONNECTION|DEPTH_ZERO|SELF_SIGNED/],
  ] as const) {
    const flags = [
      '--smtp-url',
      `smtp://quire:right%20word@127.0.0.1:${port}`,
      '--mail-from',
      'q@example.org',
    ]
    const home = await house(t, { flags })
    await ask(new Browser(home), 'ada@example.org')
    await until('a try', () => home.log.some(({ msg }) => msg === 'a mail could not be sent'))
    const line = home.log.find(({ msg }) => msg === 'a mail could not be sent')
    assert.match(String(line?.['why']), why)
    assert.ok(!JSON.stringify(home.log).includes('right word'))
    assert.equal(arrived.length, 0)
    await home.close()
  }
})

test('without mail there is no way to ask for a link, and the page is told so', async (t) => {
  const home = await house(t)
  assert.equal((await state(new Browser(home))).mail, false)
  assert.equal((await new Browser(home).ask('POST', '/api/session/mail', { email: 'a@x.org' })).status, 404)
  const office = await postOffice(t)
  const mailing = await house(t, { flags: office.flags })
  assert.equal((await state(new Browser(mailing))).mail, true)
  const off = await house(t, { flags: [...office.flags, '--sign-in', 'off'] })
  assert.equal((await state(new Browser(off))).mail, false)
})

test('settings about mail are whole or refused in a sentence', () => {
  const read = (environment: Record<string, string>) => {
    const reading = readSettings(environment, [])
    return 'problem' in reading ? reading.problem : reading.settings.mail
  }
  const problem = (environment: Record<string, string>): string => {
    const mailbox = read(environment)
    return typeof mailbox === 'string' ? mailbox : 'no problem'
  }
  const from = { QUIRE_MAIL_FROM: 'Quire <quire@example.org>' }
  assert.deepEqual(read({ ...from, QUIRE_SMTP_URL: 'smtps://me%40example.org:a%3Ab@mail.example.org' }), {
    host: 'mail.example.org',
    port: 465,
    secure: true,
    auth: { user: 'me@example.org', pass: 'a:b' },
    from: 'Quire <quire@example.org>',
  })
  const url = { QUIRE_SMTP_URL: 'smtp://[::1]' }
  const mailbox = read({ ...from, ...url })
  assert.deepEqual(typeof mailbox === 'object' && [mailbox?.host, mailbox?.port, mailbox?.auth], [
    '::1',
    587,
    null,
  ])
  assert.match(problem(url), /^QUIRE_SMTP_URL: it goes with QUIRE_MAIL_FROM/)
  assert.match(problem(from), /^QUIRE_SMTP_URL: it goes with/)
  assert.match(problem({ ...from, ...url, HOST: '0.0.0.0' }), /QUIRE_PUBLIC_URL/)
  for (const wrong of ['mail.example.org', 'http://mail.example.org', 'smtp://me@mail.example.org'])
    assert.match(problem({ ...from, QUIRE_SMTP_URL: wrong }), /not an smtp or smtps address/)
  assert.match(problem({ ...url, QUIRE_MAIL_FROM: 'a\r\nbcc: b@x.org' }), /not a sender/)
})
