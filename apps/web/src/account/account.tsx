import '../style/account.css'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { saidOf } from '../api.ts'
import { useMe } from '../me.tsx'
import { useToast } from '../toast.tsx'
import { momentOf } from '../words/figures.ts'
import { words } from '../words.ts'
import { accounts } from './calls.ts'
import type { Device, Session } from './calls.ts'
import { written } from './form.ts'
import { Wrong } from '../ui/wrong.tsx'

interface Known {
  readonly session: Session
  readonly devices: readonly Device[]
}

const ask = async (): Promise<Known> => {
  const session = await accounts.session()
  return { session, devices: session.account === null ? [] : await accounts.devices() }
}

/** One's own account: name, password, and where one is signed in. */
const AccountPage = () => {
  const { me, change } = useMe()
  const [known, setKnown] = useState<Known | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const toast = useToast()
  useEffect(() => {
    document.title = `${words['account.title']} · ${words['app.name']}`
    ask().then(setKnown, (error: unknown) => setWrong(saidOf(error, words['account.failed'])))
  }, [])
  const make = (asked: Promise<unknown>, done: string): void => {
    setWrong(null)
    asked.then(
      () => {
        toast({ text: done })
        ask().then(setKnown, () => {})
      },
      (error: unknown) => setWrong(saidOf(error, words['account.failed'])),
    )
  }
  const account = known?.session.account ?? null
  return (
    <main className="notice account">
      <h1>{words['account.title']}</h1>
      {known !== null && account === null && known.session.access === 'documents' ? (
        <>
          <p>{words['account.guest']}</p>
          {known.session.signIn === 'off' ? null : (
            <Link href="/sign-in?to=/account" className="button primary">
              {words['account.signIn']}
            </Link>
          )}
        </>
      ) : null}
      <Wrong>{wrong}</Wrong>
      {me === null || known === null ? null : (
        <form
          className="account-form"
          onSubmit={(event) => make(change({ name: written(event)('name') }), words['account.kept'])}
        >
          <label className="field">
            <span>{words['people.name']}</span>
            <input
              key={me.name}
              name="name"
              required
              defaultValue={me.name}
              maxLength={64}
              autoComplete="nickname"
            />
          </label>
          {account?.email == null ? null : (
            <p className="soft">
              {account.email}
              {known.session.mail && !account.verified ? ` · ${words['account.unverified']}` : null}
            </p>
          )}
          <button type="submit" className="button">
            {words['account.keep']}
          </button>
        </form>
      )}
      {known?.session.mail === true && account?.email != null && !account.verified ? (
        <Verify email={account.email} onWrong={setWrong} />
      ) : null}
      {account === null ? null : (
        <>
          <form
            className="account-form"
            onSubmit={(event) => {
              const field = written(event)
              make(accounts.changePassword(field('old'), field('password')), words['account.changed'])
            }}
          >
            <h2>{words['account.changePassword']}</h2>
            <label className="field">
              <span>{words['account.old']}</span>
              <input name="old" type="password" maxLength={256} autoComplete="current-password" />
            </label>
            <label className="field">
              <span>{words['account.new']}</span>
              <input
                name="password"
                type="password"
                required
                minLength={8}
                maxLength={256}
                autoComplete="new-password"
              />
            </label>
            <button type="submit" className="button">
              {words['account.changePassword']}
            </button>
          </form>
          <section className="account-form">
            <h2>{words['account.devices']}</h2>
            <ul className="sharing-list" role="list">
              {(known?.devices ?? []).map(({ id, agent, seen, current }) => (
                <li key={id} className="sharing-row">
                  <span className="grow">
                    <bdi>{browserOf(agent)}</bdi>{' '}
                    <span className="soft">{current ? words['account.this'] : momentOf(seen)}</span>
                  </span>
                  {current ? null : (
                    <button
                      type="button"
                      className="button bare"
                      onClick={() => make(accounts.end(id), words['account.ended'])}
                    >
                      {words['account.end']}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </section>
          <button
            type="button"
            className="button"
            onClick={() => {
              accounts.signOut().then(
                () => location.assign('/'),
                (error: unknown) => setWrong(saidOf(error, words['account.failed'])),
              )
            }}
          >
            {words['account.signOut']}
          </button>
        </>
      )}
      <Link href="/" className="button bare">
        {words['action.home']}
      </Link>
    </main>
  )
}
export default AccountPage

/** The way to show that an address is one's own, by a mail to it. */
const Verify = ({
  email,
  onWrong,
}: {
  readonly email: string
  readonly onWrong: (sentence: string) => void
}) => {
  const [sent, setSent] = useState(false)
  if (sent) return <p role="status">{words['account.verifySent'](email)}</p>
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        accounts.mail(email).then(
          () => setSent(true),
          (error: unknown) => onWrong(saidOf(error, words['account.failed'])),
        )
      }}
    >
      {words['account.verify']}
    </button>
  )
}

/** What a browser calls itself, as far as somebody can tell theirs by it. */
const browserOf = (agent: string): string => {
  const browser = /(Firefox|Edg|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1]
  const system = /\(([^;)]+)/.exec(agent)?.[1]
  return (
    [browser === 'Edg' ? 'Edge' : browser, system].filter((part) => part !== undefined).join(', ') || agent
  )
}
