import { lazy, Suspense, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { server, shelf } from './here.ts'
import { useMe } from './me.tsx'
import { Notice, NotFound } from './notice.tsx'
import { Ask } from './sharing/ask.tsx'
import type { Recovered } from './shelf.ts'
import { words } from './words.ts'
import { patiently } from './patiently.ts'

const Recovering = lazy(patiently(() => import('./recovering.tsx')))

/** A document that is not there, or no more. What was recovered from it here can still be had. */
export const Gone = ({ room }: { readonly room: string }) => {
  const { me } = useMe()
  const [shown, setShown] = useState(false)
  const entries = useEntries(room)
  if (me === null || entries.length === 0) return <NotFound room={room} />
  return (
    <Notice title={words['notFound.title']} sentence={words['notFound']}>
      <button type="button" className="button" onClick={() => setShown(true)}>
        {words['recovered.show']}
      </button>
      <Link href="/" className="button primary">
        {words['action.home']}
      </Link>
      <Ask room={room} role="view" />
      {shown ? (
        <Suspense>
          <Recovering
            entries={entries}
            first={null}
            server={server()}
            author={me}
            onPutBack={null}
            onRemove={(id) => shelf.remove(id)}
            onClose={() => setShown(false)}
          />
        </Suspense>
      ) : null}
    </Notice>
  )
}

const useEntries = (room: string): readonly Recovered[] => {
  const [entries, setEntries] = useState(() => shelf.list(room))
  useEffect(() => shelf.subscribe(() => setEntries(shelf.list(room))), [room])
  return entries
}
