import { Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { words } from '../words.ts'
import { patiently } from '../patiently.ts'

const ShareDialog = lazy(patiently(() => import('./dialog.tsx')))

/** Who may come, and how: the button, and the dialog behind it. */
export const Share = ({ room, title }: { readonly room: string; readonly title: string }) => {
  const [shown, setShown] = useState(false)
  return (
    <>
      <button
        type="button"
        className="button primary share"
        aria-label={words['share.open']}
        onClick={() => setShown(true)}
      >
        <Users aria-hidden="true" />
        <span>{words['share.open']}</span>
      </button>
      {shown ? (
        <Suspense>
          <ShareDialog room={room} title={title} onClose={() => setShown(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
