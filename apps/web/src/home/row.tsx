import { covers, roles } from '@quire/sync/role'
import {
  Copy,
  Ellipsis,
  ExternalLink,
  FileText,
  Folder,
  LayoutTemplate,
  Pencil,
  RotateCcw,
  Star,
  Trash2,
} from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Listed } from '../api.ts'
import { Item, Menu } from '../ui/menu.tsx'
import { momentOf } from '../words/figures.ts'
import { words } from '../words.ts'
import { pathOf } from './path.ts'

/** One document in a list, and what can be done about it there. */
export const Row = ({
  listed,
  trashed,
  edited,
  kept,
  selected,
  onSelect,
  onRename,
  onStar,
  onFile,
  onTemplate,
  onCopy,
  onRemove,
  onRestore,
  onPurge,
}: {
  readonly listed: Listed
  readonly trashed: boolean
  readonly edited: string
  /** How many texts this browser keeps that were not accepted there. */
  readonly kept: number
  /** Null while nothing is being chosen. */
  readonly selected: boolean | null
  readonly onSelect: (upTo: boolean) => void
  readonly onRename: (title: string) => void
  readonly onStar: (on: boolean) => void
  readonly onFile: (folder: string) => void
  readonly onTemplate: (on: boolean) => void
  readonly onCopy: () => void
  readonly onRemove: () => void
  readonly onRestore: () => void
  readonly onPurge: () => void
}) => {
  const [changing, setChanging] = useState<'title' | 'folder' | null>(null)
  const [sure, setSure] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const link = useRef<HTMLAnchorElement>(null)
  const title = listed.title || words['title.empty']
  const role = roles.find((each) => each === listed.role) ?? 'view'
  useEffect(() => {
    if (changing !== null) input.current?.select()
  }, [changing])
  const end = (written: string | null): void => {
    const [what, text] = [changing, written?.trim() ?? null]
    setChanging(null)
    if (text !== null && what === 'title' && text !== listed.title) onRename(text)
    if (text !== null && what === 'folder' && text !== listed.folder) onFile(text)
    requestAnimationFrame(() => link.current?.focus())
  }
  return (
    <li className={selected === true ? 'row selected' : 'row'}>
      {selected === null || trashed ? (
        <FileText aria-hidden="true" className="sign" />
      ) : (
        <input
          type="checkbox"
          className="sign"
          checked={selected}
          aria-label={words['home.select'](title)}
          onChange={() => onSelect(false)}
        />
      )}
      {changing !== null ? (
        <input
          ref={input}
          className="name"
          defaultValue={changing === 'title' ? listed.title : listed.folder}
          placeholder={words[changing === 'title' ? 'title.empty' : 'home.folder']}
          aria-label={words[changing === 'title' ? 'title.label' : 'home.folder']}
          maxLength={changing === 'title' ? 200 : 64}
          autoFocus
          onBlur={({ target }) => end(target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Enter') end(event.currentTarget.value)
            if (event.key === 'Escape') end(null)
          }}
        />
      ) : trashed ? (
        <span className="name">
          <span dir="auto">{title}</span>
        </span>
      ) : (
        <Link
          ref={link}
          href={pathOf(listed.id)}
          className={listed.title === '' ? 'name untitled' : 'name'}
          data-id={listed.id}
          onClickCapture={(event) => {
            if (!event.shiftKey) return
            event.preventDefault() // instead of a window of its own
            onSelect(true)
          }}
        >
          <span dir="auto">{title}</span>
        </Link>
      )}
      {kept === 0 ? null : <span className="kept">{words['home.kept'](kept)}</span>}
      <span className="edited">
        {role === 'own' ? null : (
          <>
            <bdi>{listed.owner}</bdi> ·{' '}
          </>
        )}
        {listed.template ? <>{words['home.template']} · </> : null}
        {listed.folder === '' ? null : (
          <>
            <bdi>{listed.folder}</bdi> ·{' '}
          </>
        )}
        <time dateTime={new Date(listed.edited).toISOString()} title={momentOf(listed.edited)}>
          {words['home.edited'](edited)}
        </time>
      </span>
      {trashed ? (
        <>
          <button type="button" className="button" onClick={onRestore}>
            <RotateCcw aria-hidden="true" />
            {words['home.restore']}
          </button>
          <button
            type="button"
            className={sure ? 'button danger' : 'button bare'}
            onBlur={() => setSure(false)}
            onClick={() => (sure ? onPurge() : setSure(true))}
          >
            {words[sure ? 'home.purgeSure' : 'home.purge']}
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            className="icon-button star"
            aria-label={words['home.star'](title)}
            aria-pressed={listed.starred}
            onClick={() => onStar(!listed.starred)}
          >
            <Star aria-hidden="true" />
          </button>
          <Menu
            trigger={
              <button type="button" className="icon-button" aria-label={words['home.more'](title)}>
                <Ellipsis aria-hidden="true" />
              </button>
            }
            onClosed={() => {
              if (input.current === null) link.current?.focus()
            }}
          >
            {covers(role, 'edit') ? (
              <Item icon={Pencil} onSelect={() => setChanging('title')}>
                {words['home.rename']}
              </Item>
            ) : null}
            <Item icon={ExternalLink} onSelect={() => window.open(pathOf(listed.id), '_blank', 'noopener')}>
              {words['home.open']}
            </Item>
            <Item icon={Copy} onSelect={onCopy}>
              {words['home.copy']}
            </Item>
            <Item icon={Folder} onSelect={() => setChanging('folder')}>
              {words['home.folder']}
            </Item>
            {role === 'own' ? (
              <Item icon={LayoutTemplate} onSelect={() => onTemplate(!listed.template)}>
                {words[listed.template ? 'home.endTemplate' : 'home.useAsTemplate']}
              </Item>
            ) : null}
            {role === 'own' ? (
              <Item icon={Trash2} danger onSelect={onRemove}>
                {words['home.delete']}
              </Item>
            ) : null}
          </Menu>
        </>
      )}
    </li>
  )
}
