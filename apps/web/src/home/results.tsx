import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { api } from '../api.ts'
import type { Found, Marked } from '../api.ts'
import { words } from '../words.ts'
import { pathOf } from './path.ts'

/** Nothing is asked while somebody still types, in ms. */
const pause = 150

/** What was found for some words: the documents that one may see, the best first. */
export const Results = ({ query }: { readonly query: string }) => {
  const [found, setFound] = useState<{ readonly query: string; readonly documents: readonly Found[] } | null>(
    null,
  )
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let over = false
    const later = setTimeout(() => {
      api.search(query).then(
        (documents) => {
          if (over) return
          setFound({ query, documents })
          setFailed(false)
        },
        () => {
          if (!over) setFailed(true)
        },
      )
    }, pause)
    return () => {
      over = true
      clearTimeout(later)
    }
  }, [query])
  if (failed)
    return (
      <p className="empty" role="alert">
        {words['home.searchFailed']}
      </p>
    )
  if (found === null) return <p className="empty" aria-busy="true" />
  return (
    <>
      <p className="unseen" role="status">
        {words['home.found'](found.documents.length)}
      </p>
      {found.documents.length === 0 ? (
        <p className="empty">{words['home.nothing'](found.query)}</p>
      ) : (
        <ul className="documents results" aria-label={words['home.search']}>
          {found.documents.map(({ id, title, snippet }) => (
            <li key={id} className="row">
              <Link href={pathOf(id)} className="name">
                <span dir="auto">{title.length === 0 ? words['title.empty'] : <Hits text={title} />}</span>
              </Link>
              {snippet.length === 0 ? null : (
                <p className="snippet" dir="auto">
                  <Hits text={snippet} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const Hits = ({ text }: { readonly text: Marked }) =>
  text.map(({ text: part, found }, at) =>
    found ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
  )
