import '../style/account.css'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { ApiError, saidOf } from '../api.ts'
import { Mark } from '../ui/mark.tsx'
import { words } from '../words.ts'
import { ByMail, FromMail, passIn } from './bymail.tsx'
import { accounts, wayBack } from './calls.ts'
import type { Session } from './calls.ts'
import { written } from './form.ts'
import { Wrong } from '../ui/wrong.tsx'

/** The token that a mail brought, out of the address bar before anybody copies it from there. */
const takePass = (): string | null => {
  const token = passIn(location.hash)
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}
// once: what is rendered may be rendered again
const pass = takePass()

/** Signing in, or making an account, and back to where one was. */
const SignIn = () => {
  const [session, setSession] = useState<Session | null>(null)
  const [fresh, setFresh] = useState(false)
  const [byMail, setByMail] = useState(() => new URLSearchParams(location.search).get('by') === 'mail')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const back = wayBack(location.search)
  useEffect(() => {
    document.title = `${words['account.signIn']} · ${words['app.name']}`
    accounts.session().then(setSession, (error: unknown) => setWrong(saidOf(error, words['account.failed'])))
    const changed = (): void => {
      if (passIn(location.hash) !== null) location.reload() // a mailed link, in a page that is open here
    }
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }, [])
  const enter = (field: (name: string) => string): void => {
    setBusy(true)
    setWrong(null)
    const asked = fresh
      ? accounts.register(field('email'), field('password'), field('name'))
      : accounts.signIn(field('email'), field('password'))
    asked.then(
      () => location.assign(back), // all of the page is somebody else's now
      (error: unknown) => {
        setBusy(false)
        const taken = fresh && error instanceof ApiError && error.code === 'conflict'
        setWrong(taken ? words['account.taken'] : saidOf(error, words['account.failed']))
      },
    )
  }
  return (
    <main className="notice account">
      <Mark />
      <h1>{words[fresh ? 'account.register' : 'account.signIn']}</h1>
      {pass !== null ? (
        <FromMail token={pass} />
      ) : session === null ? null : session.signIn === 'off' ? (
        <p>{words['account.off']}</p>
      ) : (
        <>
          {session.provider === null ? null : (
            <a className="button primary" href={`/api/session/oidc?to=${encodeURIComponent(back)}`}>
              {words['account.with'](session.provider)}
            </a>
          )}
          {byMail && session.mail ? (
            <ByMail back={back} />
          ) : (
            <form onSubmit={(event) => enter(written(event))} className="account-form">
              {fresh ? (
                <label className="field">
                  <span>{words['people.name']}</span>
                  <input name="name" maxLength={64} autoComplete="name" />
                </label>
              ) : null}
              <label className="field">
                <span>{words['share.email']}</span>
                <input name="email" type="email" required maxLength={254} autoComplete="username" />
              </label>
              <label className="field">
                <span>{words['account.password']}</span>
                <input
                  name="password"
                  type="password"
                  required
                  minLength={fresh ? 8 : 1}
                  maxLength={256}
                  autoComplete={fresh ? 'new-password' : 'current-password'}
                />
              </label>
              <Wrong>{wrong}</Wrong>
              <button type="submit" className="button primary" disabled={busy}>
                {words[fresh ? 'account.register' : 'account.signIn']}
              </button>
            </form>
          )}
          {session.mail ? (
            <button
              type="button"
              className="button bare"
              onClick={() => {
                setByMail(!byMail)
                setFresh(false)
                setWrong(null)
              }}
            >
              {words[byMail ? 'account.byPassword' : 'account.byMail']}
            </button>
          ) : null}
          {session.registration && !(byMail && session.mail) ? (
            <button
              type="button"
              className="button bare"
              onClick={() => {
                setFresh(!fresh)
                setWrong(null)
              }}
            >
              {words[fresh ? 'account.haveOne' : 'account.haveNone']}
            </button>
          ) : null}
        </>
      )}
      {session === null ? <Wrong>{wrong}</Wrong> : null}
      <Link href="/" className="button bare">
        {words['action.home']}
      </Link>
    </main>
  )
}
export default SignIn
