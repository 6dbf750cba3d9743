import { Copy, FilePlus2, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useAlert } from './announce.tsx'
import { api, ApiError } from './api.ts'
import type { Author } from './document.ts'
import { writeNew } from './newdocument.ts'
import { copyText } from './copying.ts'
import type { Recovered } from './shelf.ts'
import { useToast } from './toast.tsx'
import { Dialog } from './ui/dialog.tsx'
import { momentOf } from './words/figures.ts'
import { lossWords, words } from './words.ts'

/** What was written here and is not on the server, and everything that can become of it. */
const Recovering = ({
  entries,
  first,
  server,
  author,
  onPutBack,
  onRemove,
  onClose,
  onClosed,
}: {
  /** The newest first. */
  readonly entries: readonly Recovered[]
  /** The one that is shown at first. */
  readonly first: string | null
  readonly server: string
  readonly author: Author
  /** Puts a text back into the document; null where that cannot be done now. */
  readonly onPutBack: ((entry: Recovered) => void) | null
  readonly onRemove: (id: string) => void
  readonly onClose: () => void
  /** Where the focus goes instead of back to where it was. */
  readonly onClosed?: () => void
}) => {
  const [chosen, setChosen] = useState(first)
  const entry = entries.find(({ id }) => id === chosen) ?? entries[0]
  if (entry === undefined) return null
  return (
    <Dialog
      title={entry.reason === 'other-epoch' ? words['recovered.titleEpoch'] : words['recovered.title']}
      onClose={onClose}
      {...(onClosed === undefined ? {} : { onClosed })}
    >
      {entries.length > 1 ? (
        <nav className="recovered-list" aria-label={words['recovered.list']}>
          <p className="soft">{words['recovered.more'](entries.length)}</p>
          <ul role="list">
            {entries.map(({ id, text, at }) => (
              <li key={id}>
                <button
                  type="button"
                  className="choice"
                  aria-current={id === entry.id}
                  onClick={() => setChosen(id)}
                >
                  <span dir="auto">{words['recovered.entry'](momentOf(at), text.slice(0, 80))}</span>
                </button>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
      <Entry
        key={entry.id}
        entry={entry}
        server={server}
        author={author}
        onPutBack={onPutBack}
        onRemove={() => onRemove(entry.id)}
        onClose={onClose}
      />
    </Dialog>
  )
}
export default Recovering

const Entry = ({
  entry,
  server,
  author,
  onPutBack,
  onRemove,
  onClose,
}: {
  readonly entry: Recovered
  readonly server: string
  readonly author: Author
  readonly onPutBack: ((entry: Recovered) => void) | null
  readonly onRemove: () => void
  readonly onClose: () => void
}) => {
  const { title, at, reason, text, state, kept } = entry
  const [, navigate] = useLocation()
  const toast = useToast()
  const alert = useAlert()
  const [sure, setSure] = useState(false)
  const [saving, setSaving] = useState(false)
  const [failed, setFailed] = useState(false)

  const save = async (): Promise<void> => {
    setFailed(false)
    setSaving(true)
    let room: string
    try {
      room = await api.create()
      if (!(await writeNew(server, room, author, entry))) {
        // the server may have stored it after all, too late: a second attempt must not double it
        api.remove(room).catch(() => {
          // an empty document more in the list
        })
        throw new ApiError(0, 'not stored')
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setSaving(false)
      setFailed(true)
      alert(words['recovered.failed'])
      return
    }
    onRemove()
    toast({ text: words['recovered.saved'] })
    navigate(`/d/${encodeURIComponent(room)}`)
  }

  return (
    <>
      <p className="soft" dir="auto">
        {words['recovered.entry'](momentOf(at), title || words['title.empty'])}
      </p>
      <p>
        {lossWords[reason]} {text === '' ? words['recovered.nothing'] : words['recovered.body']}
      </p>
      {kept === 'nothing' ? <p className="wrong">{words['recovered.notKept']}</p> : null}
      {kept === 'text' ? (
        <p className="wrong">{state === null ? words['recovered.textLeft'] : words['recovered.textOnly']}</p>
      ) : null}
      {text === '' ? null : (
        // reached by Tab, so that the keyboard can scroll it
        <div
          className="recovered-text"
          role="region"
          aria-label={words['recovered.text']}
          tabIndex={0}
          dir="auto"
        >
          {text}
        </div>
      )}
      {failed ? <p className="wrong">{words['recovered.failed']}</p> : null}
      <div className="actions">
        {onPutBack === null || text === '' ? null : (
          <button type="button" className="button primary" disabled={saving} onClick={() => onPutBack(entry)}>
            <Undo2 aria-hidden="true" />
            {words['recovered.putBack']}
          </button>
        )}
        {text === '' ? null : (
          <button
            type="button"
            className="button"
            onClick={() => void copyText(text).then(() => toast({ text: words['action.copied'] }))}
          >
            <Copy aria-hidden="true" />
            {words['recovered.copy']}
          </button>
        )}
        {text === '' && state === null ? null : (
          <button type="button" className="button" disabled={saving} onClick={() => void save()}>
            <FilePlus2 aria-hidden="true" />
            {saving ? words['recovered.saving'] : words['recovered.saveAs']}
          </button>
        )}
      </div>
      <div className="actions last">
        <button
          type="button"
          className="button danger"
          disabled={saving}
          onClick={({ detail }) => {
            // a double click asks once
            if (sure && detail < 2) onRemove()
            else setSure(true)
          }}
        >
          <Trash2 aria-hidden="true" />
          <span aria-live="polite">{sure ? words['recovered.discardSure'] : words['recovered.discard']}</span>
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words['recovered.later']}
        </button>
      </div>
    </>
  )
}
