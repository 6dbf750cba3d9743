import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { endingWords } from './chip.tsx'
import { delays } from './saying.ts'
import type { Bar, Ending } from './saying.ts'
import { copyText } from './copying.ts'
import type { Loss } from './shelf.ts'
import { useToast } from './toast.tsx'
import { words } from './words.ts'

/** Over the text, why one may not write here now, and what helps. Nothing where one may. */
export const Banner = ({
  renewing,
  bar,
  closed,
  ended,
  editor,
}: {
  /** A fresh copy is on its way: what holds for this one is said only if that takes long. */
  readonly renewing: boolean
  readonly bar: Bar | null
  /** Set when one may only read for the rest of the visit. */
  readonly closed: Loss | null
  readonly ended: Ending | null
  readonly editor: Editor | null
}) => {
  const toast = useToast()
  const sentence = sentenceOf(bar, closed, ended)
  const late = useLate(renewing)
  if (sentence === null || (renewing && !late)) return null
  const passing = ended === null && (bar === 'store' || bar === 'damaged')
  const copy = (): void =>
    void copyText(editor?.getText({ blockSeparator: '\n\n' }) ?? '').then(() =>
      toast({ text: words['action.copied'] }),
    )
  return (
    <div className={ended === null ? 'banner warn' : 'banner'} role="alert">
      <p>{sentence}</p>
      {passing ? null : (
        <div className="actions">
          {ended === null ? null : (
            <button type="button" className="button" onClick={copy}>
              {words['action.copyText']}
            </button>
          )}
          {ended === 'not-found' ? (
            <Link href="/" className="button primary">
              {words['action.home']}
            </Link>
          ) : (
            <button type="button" className="button primary" onClick={() => location.reload()}>
              {words[ended === null ? 'action.reloadToEdit' : 'action.reload']}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

/** True once something has lasted so long that it is trouble. */
const useLate = (lasts: boolean): boolean => {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!lasts) return
    const timer = setTimeout(() => setLate(true), delays.trouble)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [lasts])
  return late
}

const sentenceOf = (bar: Bar | null, closed: Loss | null, ended: Ending | null): string | null => {
  if (ended !== null) return endingWords[ended].sentence
  if (bar === 'damaged') return words['status.damaged.long']
  if (bar === 'schema') return words['status.updateNeeded.long']
  if (closed !== null) return words[closed === 'full' ? 'banner.full' : 'banner.refusedAgain']
  return bar === 'store' ? words['status.readOnlyStore'] : null
}
