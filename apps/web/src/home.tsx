import { Ellipsis, ExternalLink, FileText, Pencil, Plus, Trash2 } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from './api.ts'
import type { Listed } from './api.ts'
import { useMe } from './me.tsx'
import { MainMenu } from './menu.tsx'
import { useToast } from './toast.tsx'
import { Mark } from './ui/mark.tsx'
import { Item, Menu } from './ui/menu.tsx'
import { sinceWords } from './since.ts'
import { words } from './words.ts'

/** How long a deletion can be taken back at once. */
const undoFor = 10_000

const pathOf = (id: string): string => `/d/${id.split('/').map(encodeURIComponent).join('/')}`

/** Your documents, and the way to a new one. */
export const Home = ({ preload }: { readonly preload: () => void }) => {
  const { me, failed: unknown, ask } = useMe()
  const [documents, setDocuments] = useState<readonly Listed[] | null>(null)
  const [listedAt, setListedAt] = useState(0)
  const [failed, setFailed] = useState(false)
  const [, navigate] = useLocation()
  const toast = useToast()

  const load = useCallback(() => {
    api.documents().then(
      (list) => {
        setDocuments(list)
        setListedAt(Date.now())
        setFailed(false)
      },
      () => setFailed(true),
    )
  }, [])
  // not before the server has named this browser: it would list the documents of nobody
  const known = me !== null
  useEffect(() => {
    if (known) load()
  }, [known, load])
  useEffect(() => {
    document.title = words['app.name']
    preload()
  }, [preload])

  const create = (): void => {
    api.create().then(
      (id) => navigate(pathOf(id), { state: { fresh: true } }),
      () => toast({ text: words['error.create'] }),
    )
  }
  const rename = (id: string, title: string): void => {
    setDocuments((list) => list?.map((each) => (each.id === id ? { ...each, title } : each)) ?? null)
    api.rename(id, title).catch(() => {
      toast({ text: words['error.rename'] })
      load()
    })
  }
  const restore = (id: string): void => {
    api.restore(id).then(load, () => toast({ text: words['error.restore'] }))
  }
  const remove = ({ id, title }: Listed): void => {
    setDocuments((list) => list?.filter((each) => each.id !== id) ?? null)
    api.remove(id).then(
      () =>
        toast({
          text: words['home.deleted'](title || words['title.empty']),
          action: { label: words['action.undo'], run: () => restore(id) },
          lasts: undoFor,
        }),
      () => {
        toast({ text: words['error.delete'] })
        load()
      },
    )
  }

  return (
    <div className="home">
      <header className="header">
        <span className="brand">
          <Mark />
          {words['app.name']}
        </span>
        <MainMenu />
      </header>
      <main className="column">
        <div className="headline">
          <h1>{words['home.title']}</h1>
          <button type="button" className="button primary" onClick={create}>
            <Plus aria-hidden="true" />
            {words['home.new']}
          </button>
        </div>
        {failed || unknown ? (
          <div className="empty" role="alert">
            <p>{words['home.failed']}</p>
            <button type="button" className="button" onClick={unknown ? ask : load}>
              {words['action.tryAgain']}
            </button>
          </div>
        ) : documents === null ? (
          <div className="skeleton rows" role="status" aria-busy="true">
            <span className="unseen">{words['home.loading']}</span>
            <span className="line w60" aria-hidden="true" />
            <span className="line w80" aria-hidden="true" />
            <span className="line w50" aria-hidden="true" />
          </div>
        ) : documents.length === 0 ? (
          <div className="empty">
            <FileText aria-hidden="true" />
            <p>{words['home.empty']}</p>
            <button type="button" className="button" onClick={create}>
              {words['home.new']}
            </button>
          </div>
        ) : (
          <ul className="documents" aria-label={words['home.list']}>
            {documents.map((each) => (
              <Row
                key={each.id}
                listed={each}
                edited={sinceWords(each.edited, listedAt)}
                onRename={(title) => rename(each.id, title)}
                onRemove={() => remove(each)}
              />
            ))}
          </ul>
        )}
      </main>
    </div>
  )
}

const Row = ({
  listed,
  edited,
  onRename,
  onRemove,
}: {
  readonly listed: Listed
  readonly edited: string
  readonly onRename: (title: string) => void
  readonly onRemove: () => void
}) => {
  const [naming, setNaming] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const link = useRef<HTMLAnchorElement>(null)
  const title = listed.title || words['title.empty']
  useEffect(() => {
    if (naming) input.current?.select()
  }, [naming])
  const end = (name: string | null): void => {
    setNaming(false)
    if (name !== null && name.trim() !== listed.title) onRename(name.trim())
    requestAnimationFrame(() => link.current?.focus())
  }
  return (
    <li className="row">
      <FileText aria-hidden="true" className="sign" />
      {naming ? (
        <input
          ref={input}
          className="name"
          defaultValue={listed.title}
          placeholder={words['title.empty']}
          aria-label={words['title.label']}
          maxLength={200}
          autoFocus
          onBlur={({ target }) => end(target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Enter') end(event.currentTarget.value)
            if (event.key === 'Escape') end(null)
          }}
        />
      ) : (
        <Link ref={link} href={pathOf(listed.id)} className={listed.title === '' ? 'name untitled' : 'name'}>
          <span dir="auto">{title}</span>
        </Link>
      )}
      <time
        className="edited"
        dateTime={new Date(listed.edited).toISOString()}
        title={new Date(listed.edited).toLocaleString()}
      >
        {words['home.edited'](edited)}
      </time>
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
        <Item icon={Pencil} onSelect={() => setNaming(true)}>
          {words['home.rename']}
        </Item>
        <Item icon={ExternalLink} onSelect={() => window.open(pathOf(listed.id), '_blank', 'noopener')}>
          {words['home.open']}
        </Item>
        <Item icon={Trash2} danger onSelect={onRemove}>
          {words['home.delete']}
        </Item>
      </Menu>
    </li>
  )
}
