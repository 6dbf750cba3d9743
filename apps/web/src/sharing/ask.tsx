import { useEffect, useRef, useState } from 'react'
import { accounts } from '../account/calls.ts'
import { saidOf } from '../api.ts'
import { words } from '../words.ts'
import { sharing } from './calls.ts'
import type { Givable } from './calls.ts'

/** Asks the owner for access, where owners give it. The answer tells nobody whether there is such a document. */
export const Ask = ({ room, role }: { readonly room: string; readonly role: Givable }) => {
  const [gives, setGives] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  const message = useRef<HTMLInputElement>(null)
  useEffect(() => {
    accounts.session().then(
      ({ access }) => setGives(access === 'documents'),
      () => setGives(true), // asking says what is wrong
    )
  }, [])
  if (!gives) return null
  if (said !== null) return <p role="status">{said}</p>
  return (
    <form
      className="sharing-row"
      onSubmit={(event) => {
        event.preventDefault()
        sharing.ask(room, role, message.current?.value.trim() ?? '').then(
          () => setSaid(words['access.asked']),
          (error: unknown) => setSaid(saidOf(error, words['share.failed'])),
        )
      }}
    >
      <input
        ref={message}
        className="name grow"
        maxLength={500}
        aria-label={words['access.message']}
        placeholder={words['access.message']}
      />
      <button type="submit" className="button">
        {words['access.ask']}
      </button>
    </form>
  )
}
