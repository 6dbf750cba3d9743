import '../style/home.css'
import { FileText, LayoutTemplate, Plus, Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { useSearchParams } from 'wouter'
import { api, listings, orders } from '../api.ts'
import type { Listed, Listing, Order } from '../api.ts'
import { shelf } from '../here.ts'
import { useMe } from '../me.tsx'
import { MainMenu } from '../menu.tsx'
import { patiently } from '../patiently.ts'
import { sinceWords } from '../since.ts'
import { useToast } from '../toast.tsx'
import { Mark } from '../ui/mark.tsx'
import { words } from '../words.ts'
import { useCreate } from './creating.ts'
import { Results } from './results.tsx'
import { Row } from './row.tsx'
import { SelectionBar, useSelection } from './selection.tsx'
import type { Selection } from './selection.tsx'

const Templates = lazy(patiently(() => import('./templates.tsx')))

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
  const [choosing, choose] = useState(false)
  const create = useCreate()
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
  const remove = (gone: readonly Listed[]): void => {
    const ids = new Set(gone.map(({ id }) => id))
    setShown((before) =>
      before === null ? null : { ...before, documents: before.documents.filter(({ id }) => !ids.has(id)) },
    )
    const [only] = gone
    const restore = (): void => {
      Promise.all(gone.map(({ id }) => api.restore(id))).then(load, () => {
        toast({ text: words['error.restore'] })
        load()
      })
    }
    Promise.all(gone.map(({ id }) => api.remove(id))).then(
      () => {
        load()
        toast({
          text:
            gone.length > 1 || only === undefined
              ? words['home.deletedMany'](gone.length)
              : words['home.deleted'](only.title || words['title.empty']),
          action: { label: words['action.undo'], run: restore },
          lasts: undoFor,
        })
      },
      () => {
        toast({ text: words['error.delete'] })
        load()
      },
    )
  }

  const current = shown?.listing === listing ? shown : null
  const folders = [...new Set(current?.documents.map((each) => each.folder).filter((name) => name !== ''))]
  const documents = (current?.documents ?? []).filter((each) => folder === null || each.folder === folder)

  const selection = useSelection(listing === 'trash' ? [] : documents)
  const kept = useKept()
  useKeys(list, search, () => void create(), selection)

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
          <div className="begin">
            <button type="button" className="button primary" onClick={() => void create()}>
              <Plus aria-hidden="true" />
              {words['home.new']}
            </button>
            <button type="button" className="button" onClick={() => choose(true)}>
              <LayoutTemplate aria-hidden="true" />
              {words['home.fromTemplate']}
            </button>
          </div>
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
                    selection.clear()
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
                  <button type="button" className="button" onClick={() => void create()}>
                    {words['home.new']}
                  </button>
                ) : null}
              </div>
            ) : (
              <>
                <SelectionBar selection={selection} onRemove={remove} />
                <ul ref={list} className="documents" aria-label={words[`home.${listing}`]}>
                  {documents.map((each) => (
                    <Row
                      key={each.id}
                      listed={each}
                      trashed={listing === 'trash'}
                      edited={sinceWords(each.edited, current.at)}
                      kept={kept.get(each.id) ?? 0}
                      selected={selection.chosen.length === 0 ? null : selection.has(each.id)}
                      onSelect={(upTo) => selection.toggle(each.id, upTo)}
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
                      onTemplate={(on) =>
                        change(
                          each.id,
                          (old) => ({ ...old, template: on }),
                          api.useAsTemplate(each.id, on),
                          words['error.list'],
                        )
                      }
                      onCopy={() => {
                        const title = words['home.copyOf'](each.title || words['title.empty'])
                        api
                          .copy(each.id, title.slice(0, 200))
                          .then(load, () => toast({ text: words['error.copy'] }))
                      }}
                      onRemove={() => remove([each])}
                      onRestore={() =>
                        change(each.id, () => null, api.restore(each.id), words['error.restore'])
                      }
                      onPurge={() => change(each.id, () => null, api.purge(each.id), words['error.purge'])}
                    />
                  ))}
                </ul>
              </>
            )}
          </>
        ) : (
          <Results query={query.trim()} />
        )}
        {choosing ? (
          <Suspense>
            <Templates onChoose={(id) => void create(id)} onClose={() => choose(false)} />
          </Suspense>
        ) : null}
      </main>
    </div>
  )
}
export default Home

/** How many texts this browser keeps that were not accepted, by document. */
const useKept = (): ReadonlyMap<string, number> => {
  const [kept, setKept] = useState(() => shelf.counts())
  useEffect(() => shelf.subscribe(() => setKept(shelf.counts())), [])
  return kept
}

/** `/` looks for a document, N makes one, J and K walk the list, with Shift they choose what they pass, Esc lets go. */
const useKeys = (
  list: RefObject<HTMLUListElement | null>,
  search: RefObject<HTMLInputElement | null>,
  create: () => void,
  selection: Selection,
): void => {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { target } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (
        target instanceof HTMLElement &&
        target.closest('input:not([type=checkbox]), select, textarea, [role=menu], [role=dialog]')
      )
        return
      const key = event.key.toLowerCase()
      if (key === '/') {
        event.preventDefault()
        search.current?.focus()
      } else if (key === 'escape') selection.clear()
      else if (key === 'n' && !event.shiftKey) create()
      else if (key === 'j' || key === 'k') {
        const links = [...(list.current?.querySelectorAll<HTMLElement>('a.name') ?? [])]
        const at = links.findIndex((link) => link === document.activeElement)
        const to = links[key === 'j' ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)]
        if (event.shiftKey)
          for (const link of [links[at], to])
            if (link?.dataset['id'] !== undefined) selection.toggle(link.dataset['id'], true)
        to?.focus()
      }
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}
