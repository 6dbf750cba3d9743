import { useState } from 'react'
import { ApiError, saidOf } from '../api.ts'
import { words } from '../words.ts'
import { accounts, wayBack } from './calls.ts'
import { written } from './form.ts'
import { Wrong } from '../ui/wrong.tsx'

/** Where somebody wanted to go who is now sent to their mail: the link there knows nothing of it. */
const memory = 'quire.way'

const remember = (way: string): void => {
  try {
    localStorage.setItem(memory, way)
  } catch {
    // a browser that keeps nothing: the link leads to the documents
  }
}
const remembered = (): string => {
  try {
    const way = localStorage.getItem(memory) ?? '/'
    localStorage.removeItem(memory)
    return wayBack(`?to=${encodeURIComponent(way)}`)
  } catch {
    return '/'
  }
}

/** The token that a mail brought in the fragment of the address, or null. */
export const passIn = (fragment: string): string | null => /^#m=([\w-]{16,64})$/.exec(fragment)?.[1] ?? null

/** Asks for a mail with a link that signs in, and says to look for it: the same for an address that nobody knows. */
export const ByMail = ({ back }: { readonly back: string }) => {
  const [sent, setSent] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const send = (email: string): void => {
    setBusy(true)
    setWrong(null)
    accounts
      .mail(email)
      .then(
        () => {
          remember(back)
          setSent(email)
        },
        (error: unknown) => setWrong(saidOf(error, words['account.failed'])),
      )
      .finally(() => setBusy(false))
  }
  if (sent !== null)
    return (
      <div className="account-form" role="status">
        <h2>{words['account.look']}</h2>
        <p>{words['account.sent'](sent)}</p>
        <button type="button" className="button" onClick={() => setSent(null)}>
          {words['account.otherAddress']}
        </button>
      </div>
    )
  return (
    <form className="account-form" onSubmit={(event) => send(written(event)('email').trim())}>
      <label className="field">
        <span>{words['share.email']}</span>
        <input name="email" type="email" required autoFocus maxLength={254} autoComplete="username" />
      </label>
      <Wrong>{wrong}</Wrong>
      <button type="submit" className="button primary" disabled={busy}>
        {words['account.sendLink']}
      </button>
    </form>
  )
}

/** Where a mailed link leads. It asks for a click: programs that look into mail open links too, and it works once. */
export const FromMail = ({ token }: { readonly token: string }) => {
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const enter = (): void => {
    setBusy(true)
    accounts.accept(token).then(
      () => location.assign(remembered()), // all of the page is somebody else's now
      (error: unknown) => {
        setBusy(false)
        const over = error instanceof ApiError && error.code === 'forbidden'
        setWrong(over ? words['account.linkOver'] : saidOf(error, words['account.failed']))
      },
    )
  }
  return (
    <div className="account-form">
      {wrong === null ? (
        <>
          <p>{words['account.fromMail']}</p>
          <button type="button" className="button primary" disabled={busy} autoFocus onClick={enter}>
            {words['account.signIn']}
          </button>
        </>
      ) : (
        <>
          <Wrong>{wrong}</Wrong>
          <a className="button primary" href="/sign-in?by=mail">
            {words['account.sendLink']}
          </a>
        </>
      )}
    </div>
  )
}
