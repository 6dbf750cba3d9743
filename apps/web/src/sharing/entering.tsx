import { use, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { entered } from '../ahead.ts'
import { saidOf } from '../api.ts'
import { Notice } from '../notice.tsx'
import { words } from '../words.ts'
import { sharing } from './calls.ts'
import { Wrong } from '../ui/wrong.tsx'

/** What is behind a role link, once that has been shown to the server; or the question for its password. */
export const Entering = ({ children }: { readonly children: ReactNode }) => {
  const entering = entered()
  const entrance = entering === null ? null : use(entering)
  const [open, setOpen] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const password = useRef<HTMLInputElement>(null)
  if (entrance?.state !== 'password' || open) return children
  const enter = (): void => {
    sharing.exchange(entrance.token, password.current?.value ?? '').then(
      () => setOpen(true),
      (error: unknown) => {
        setWrong(saidOf(error, words['share.failed']))
        password.current?.select()
      },
    )
  }
  return (
    <Notice title={words['access.password']} sentence="">
      <form
        className="sharing-row"
        onSubmit={(event) => {
          event.preventDefault()
          enter()
        }}
      >
        <input
          ref={password}
          className="name grow"
          type="password"
          required
          autoFocus
          autoComplete="off"
          maxLength={256}
          aria-label={words['access.password']}
        />
        <button type="submit" className="button primary">
          {words['access.open']}
        </button>
      </form>
      <Wrong>{wrong}</Wrong>
    </Notice>
  )
}
