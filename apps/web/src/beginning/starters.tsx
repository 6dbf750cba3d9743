import { bodyRoot } from '@quire/editor/roots'
import { titleOf } from '@quire/editor/title'
import { LayoutTemplate, UserPlus } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import * as Y from 'yjs'
import { api } from '../api.ts'
import type { OpenDocument } from '../document.ts'
import { useCreate } from '../home/creating.ts'
import { patiently } from '../patiently.ts'
import { words } from '../words.ts'

const ShareDialog = lazy(patiently(() => import('../sharing/dialog.tsx')))
const Templates = lazy(patiently(() => import('../home/templates.tsx')))

/** True while nothing has been written: no title, and no block but an empty paragraph. */
const isBlank = (doc: Y.Doc): boolean => {
  const [first, ...rest] = doc.getXmlFragment(bodyRoot).toArray()
  const empty =
    first === undefined ||
    (first instanceof Y.XmlElement && first.nodeName === 'paragraph' && first.toArray().every(isEmpty))
  return empty && rest.length === 0 && titleOf(doc) === ''
}
const isEmpty = (part: unknown): boolean => part instanceof Y.XmlText && part.length === 0

/** Ways to begin a new document with, until its first letter. */
const Starters = ({ open }: { readonly open: OpenDocument }) => {
  const [begun, setBegun] = useState(() => !isBlank(open.doc))
  const [shown, setShown] = useState<'templates' | 'share' | null>(null)
  const create = useCreate()
  useEffect(() => {
    const look = (): void => {
      if (!isBlank(open.doc)) setBegun(true)
    }
    look()
    open.doc.on('update', look)
    return () => open.doc.off('update', look)
  }, [open])
  const beginWith = async (template: string): Promise<void> => {
    const alone = open.awareness.getStates().size <= 1
    // the empty one is taken away, unless somebody may be about to write in it
    if ((await create(template)) && alone && isBlank(open.doc)) await api.remove(open.room).catch(() => {})
  }
  return (
    <>
      {begun ? null : (
        <div className="starters" role="group" aria-label={words['start.label']}>
          <button type="button" className="button" onClick={() => setShown('templates')}>
            <LayoutTemplate aria-hidden="true" />
            {words['start.template']}
          </button>
          <button type="button" className="button" onClick={() => setShown('share')}>
            <UserPlus aria-hidden="true" />
            {words['start.invite']}
          </button>
        </div>
      )}
      <Suspense>
        {shown === 'templates' ? (
          <Templates onChoose={(id) => void beginWith(id)} onClose={() => setShown(null)} />
        ) : null}
        {shown === 'share' ? (
          <ShareDialog room={open.room} title={titleOf(open.doc)} onClose={() => setShown(null)} />
        ) : null}
      </Suspense>
    </>
  )
}
export default Starters
