import { Trash2, X } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import type { Listed } from '../api.ts'
import { words } from '../words.ts'

/** Those of a list that were chosen together. */
export interface Selection {
  readonly chosen: readonly Listed[]
  readonly has: (id: string) => boolean
  /** Takes one in or out; or takes in all from the one before it up to this. */
  readonly toggle: (id: string, upTo: boolean) => void
  readonly clear: () => void
}

/** Chooses several of these documents. What leaves the list is chosen no more. */
export const useSelection = (documents: readonly Listed[]): Selection => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string | null>(null)
  const clear = useCallback(() => {
    last.current = null
    setIds(new Set())
  }, [])
  const toggle = (id: string, upTo: boolean): void => {
    const here = documents.findIndex((each) => each.id === id)
    const from = upTo ? documents.findIndex((each) => each.id === last.current) : -1
    last.current = id
    setIds((before) => {
      const after = new Set(before)
      if (from < 0 || from === here) {
        if (upTo || !before.has(id)) after.add(id)
        else after.delete(id)
      } else
        for (const each of documents.slice(Math.min(from, here), Math.max(from, here) + 1)) after.add(each.id)
      return after
    })
  }
  return { chosen: documents.filter(({ id }) => ids.has(id)), has: (id) => ids.has(id), toggle, clear }
}

/** How many are chosen, and what can be done with them together. */
export const SelectionBar = ({
  selection: { chosen, clear },
  onRemove,
}: {
  readonly selection: Selection
  readonly onRemove: (documents: readonly Listed[]) => void
}) => {
  const own = chosen.filter(({ role }) => role === 'own')
  if (chosen.length === 0) return null
  return (
    <div className="selection" role="group" aria-label={words['home.selected'](chosen.length)}>
      <span className="grow" role="status">
        {words['home.selected'](chosen.length)}
      </span>
      {own.length === 0 ? null : (
        <button
          type="button"
          className="button danger"
          onClick={() => {
            clear()
            onRemove(own)
          }}
        >
          <Trash2 aria-hidden="true" />
          {words['home.delete']}
        </button>
      )}
      <button type="button" className="icon-button" aria-label={words['home.unselect']} onClick={clear}>
        <X aria-hidden="true" />
      </button>
    </div>
  )
}
