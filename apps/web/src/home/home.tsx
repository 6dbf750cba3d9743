import { FileText, Plus, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { api, ApiError, listings, orders } from '../api.ts'
import type { Listed, Listing, Order } from '../api.ts'
import { useMe } from '../me.tsx'
import { MainMenu } from '../menu.tsx'
import { sinceWords } from '../since.ts'
import { useToast } from '../toast.tsx'
import { Mark } from '../ui/mark.tsx'
import { words } from '../words.ts'
import { pathOf } from './path.ts'
import { Results } from './results.tsx'
import { Row } from './row.tsx'

/** How long a deletion can be taken back at once. */
const undoFor = 10_000

interface Shown {
  readonly listing: Listing
  readonly order: Order
  readonly documents: readonly Listed[]
  readonly at: number
}

/** One's documents: those one made, was given, opened, starred or threw away; and the way to a new one. */
const Home = ({ preload }: { readonly preload: () => void }) => {
  const { me, failed: unknown, ask } = useMe()
  const [where, go] = useSearchParams()
  const listing = listings.find((each) => each === where.get('list')) ?? 'mine'
  const order = orders.find((each) => each === where.get('sort')) ?? 'edited'
  const [shown, setShown] = useState<Shown | null>(null)
  const [failed, setFailed] = useState(false)
  const [looked, look] = useState(0)
  const [query, setQuery] = useState('')
  const [folder, setFolder] = useState<string | null>(null)
  const [, navigate] = useLocation()
  const toast = useToast()
  const list = useRef<HTMLUListElement>(null)
  const search = useRef<HTMLInputElement>(null)

  // not before the server has named this browser: it would list the documents of nobody
  const known = me !== null
  useEffect(() => {
    if (!known) return
    let over = false
    api.documents(listing, order).then(
      (documents) => {
        if (over) return
        setShown({ listing, order, documents, at: Date.now() })
        setFailed(false)
      },
      () => {
        if (!over) setFailed(true)
      },
    )
    return () => {
      over = true
    }
  }, [known, listing, order, looked])
  useEffect(() => {
    document.title = words['app.name']
    preload()
  }, [preload])

  const load = (): void => look((times) => times + 1)
  const create = (): void => {
    api.create().then(
      (id) => navigate(pathOf(id), { state: { fresh: true } }),
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 'signed-out') navigate('/sign-in?to=/')
        else toast({ text: words['error.create'] })
      },
    )
  }
  useKeys(list, search, create)

  /** Shows a change at once, asks for it, and looks again. */
  const change = (
    id: string,
    now: (each: Listed) => Listed | null,
    asked: Promise<unknown>,
    wrong: string,
  ): void => {
    setShown((before) =>
      before === null
        ? null
        : {
            ...before,
            documents: before.documents.flatMap((each) => (each.id === id ? (now(each) ?? []) : [each])),
          },
    )
    asked.then(load, () => {
      toast({ text: wrong })
      load()
    })
  }
  const remove = ({ id, title }: Listed): void => {
    const asked = api.remove(id).then(() =>
      toast({
        text: words['home.deleted'](title || words['title.empty']),
        action: {
          label: words['action.undo'],
          run: () => void api.restore(id).then(load, () => toast({ text: words['error.restore'] })),
        },
        lasts: undoFor,
      }),
    )
    change(id, () => null, asked, words['error.delete'])
  }

  const current = shown?.listing === listing ? shown : null
  const folders = [...new Set(current?.documents.map((each) => each.folder).filter((name) => name !== ''))]
  const documents = (current?.documents ?? []).filter((each) => folder === null || each.folder === folder)

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
        <label className="search">
          <Search aria-hidden="true" />
          <input
            ref={search}
            type="search"
            value={query}
            maxLength={256}
            aria-label={words['home.search']}
            placeholder={words['home.search']}
            onChange={({ target }) => setQuery(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery('')
            }}
          />
        </label>
        {query.trim() === '' ? (
          <>
            <nav className="listings" aria-label={words['home.lists']}>
              {listings.map((each) => (
                <button
                  key={each}
                  type="button"
                  className="button bare"
                  aria-current={each === listing ? 'page' : undefined}
                  onClick={() => {
                    setFolder(null)
                    go(each === 'mine' ? {} : { list: each })
                  }}
                >
                  {words[`home.${each}`]}
                </button>
              ))}
              <span className="spring" />
              <select
                aria-label={words['home.sort']}
                value={order}
                onChange={({ target }) => go({ list: listing, sort: target.value })}
              >
                {orders.map((each) => (
                  <option key={each} value={each}>
                    {words[`home.by.${each}`]}
                  </option>
                ))}
              </select>
            </nav>
            {folders.length === 0 ? null : (
              <div className="folders" role="group" aria-label={words['home.folders']}>
                {folders.toSorted().map((each) => (
                  <button
                    key={each}
                    type="button"
                    className="button bare"
                    aria-pressed={folder === each}
                    onClick={() => setFolder(folder === each ? null : each)}
                  >
                    <span dir="auto">{each}</span>
                  </button>
                ))}
              </div>
            )}
            {failed || unknown ? (
              <div className="empty" role="alert">
                <p>{words['home.failed']}</p>
                <button type="button" className="button" onClick={unknown ? ask : load}>
                  {words['action.tryAgain']}
                </button>
              </div>
            ) : current === null ? (
              <div className="skeleton rows" role="status" aria-busy="true">
                <span className="unseen">{words['home.loading']}</span>
                <span className="line w60" aria-hidden="true" />
                <span className="line w80" aria-hidden="true" />
                <span className="line w50" aria-hidden="true" />
              </div>
            ) : documents.length === 0 ? (
              <div className="empty">
                <FileText aria-hidden="true" />
                <p>{words[`home.empty.${listing}`]}</p>
                {listing === 'mine' ? (
                  <button type="button" className="button" onClick={create}>
                    {words['home.new']}
                  </button>
                ) : null}
              </div>
            ) : (
              <ul ref={list} className="documents" aria-label={words[`home.${listing}`]}>
                {documents.map((each) => (
                  <Row
                    key={each.id}
                    listed={each}
                    trashed={listing === 'trash'}
                    edited={sinceWords(each.edited, current.at)}
                    onRename={(title) =>
                      change(
                        each.id,
                        (old) => ({ ...old, title }),
                        api.rename(each.id, title),
                        words['error.rename'],
                      )
                    }
                    onStar={(starred) =>
                      change(
                        each.id,
                        (old) => ({ ...old, starred }),
                        api.star(each.id, starred),
                        words['error.list'],
                      )
                    }
                    onFile={(to) =>
                      change(
                        each.id,
                        (old) => ({ ...old, folder: to }),
                        api.file(each.id, to),
                        words['error.list'],
                      )
                    }
                    onCopy={() => {
                      const title = words['home.copyOf'](each.title || words['title.empty'])
                      api
                        .copy(each.id, title.slice(0, 200))
                        .then(load, () => toast({ text: words['error.copy'] }))
                    }}
                    onRemove={() => remove(each)}
                    onRestore={() =>
                      change(each.id, () => null, api.restore(each.id), words['error.restore'])
                    }
                    onPurge={() => change(each.id, () => null, api.purge(each.id), words['error.purge'])}
                  />
                ))}
              </ul>
            )}
          </>
        ) : (
          <Results query={query.trim()} />
        )}
      </main>
    </div>
  )
}
export default Home

/** `/` looks for a document, N makes one, J and K walk the list. */
const useKeys = (
  list: RefObject<HTMLUListElement | null>,
  search: RefObject<HTMLInputElement | null>,
  create: () => void,
): void => {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { target, key } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (
        target instanceof HTMLElement &&
        target.closest('input, select, textarea, [role=menu], [role=dialog]')
      )
        return
      if (key === '/') {
        event.preventDefault()
        search.current?.focus()
      } else if (key === 'n') create()
      else if (key === 'j' || key === 'k') {
        const links = [...(list.current?.querySelectorAll<HTMLElement>('a.name') ?? [])]
        const at = links.findIndex((link) => link === document.activeElement)
        links[key === 'j' ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)]?.focus()
      }
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}
