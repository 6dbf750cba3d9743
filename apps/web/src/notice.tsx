import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Ask } from './sharing/ask.tsx'
import { Mark } from './ui/mark.tsx'
import { words } from './words.ts'

/** A page that is only a sentence, and what can be done about it. */
export const Notice = ({
  title,
  sentence,
  children,
}: {
  readonly title: string
  readonly sentence: string
  readonly children?: ReactNode
}) => {
  useEffect(() => {
    document.title = `${title} · ${words['app.name']}`
  }, [title])
  return (
    <main className="notice">
      <Mark />
      <h1>{title}</h1>
      {sentence === '' ? null : <p>{sentence}</p>}
      <div className="actions">{children}</div>
    </main>
  )
}

/** Said alike of what is missing and of what is not shared. */
export const NotFound = ({ room = null }: { readonly room?: string | null }) => (
  <Notice title={words['notFound.title']} sentence={words['notFound']}>
    <Link href="/" className="button primary">
      {words['action.home']}
    </Link>
    {room === null ? null : <Ask room={room} role="view" />}
  </Notice>
)
