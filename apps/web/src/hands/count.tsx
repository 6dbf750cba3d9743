import type { Editor } from '@tiptap/core'
import { useEffect, useRef, useState } from 'react'
import { join } from '../late.ts'
import { Dialog } from '../ui/dialog.tsx'
import { figure } from '../words/figures.ts'
import { words } from '../words.ts'
import { countBetween, countIn } from './counting.ts'
import type { Count } from './counting.ts'
import { remember, remembered } from './memory.ts'

/** It is counted again when the keys have rested so long, in ms. */
const rest = 300

const useCount = (editor: Editor): { readonly all: Count; readonly selected: Count | null } => {
  const read = () => {
    const { doc, selection } = editor.state
    return {
      all: countIn(doc),
      selected: selection.empty ? null : countBetween(doc, selection.from, selection.to),
    }
  }
  const [count, setCount] = useState(read)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = join(editor.view, {
      changed: () => {
        clearTimeout(timer)
        timer = setTimeout(() => {
          const { doc, selection } = editor.state
          setCount({
            all: countIn(doc),
            selected: selection.empty ? null : countBetween(doc, selection.from, selection.to),
          })
        }, rest)
      },
    })
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [editor])
  return count
}

const goalOf = (room: string): number => {
  const kept = remembered(`quire.goal.${room}`)
  return typeof kept === 'number' && Number.isInteger(kept) && kept > 0 ? kept : 0
}

/** How many words there are, with a goal that this browser keeps for the document, and how far it is. */
const Counting = ({
  editor,
  room,
  open,
  onOpen,
  onClose,
  onClosed,
}: {
  readonly editor: Editor
  readonly room: string
  readonly open: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
  readonly onClosed: () => void
}) => {
  const { all, selected } = useCount(editor)
  const [goal, setGoal] = useState(() => goalOf(room))
  const field = useRef<HTMLInputElement>(null)
  const done = goal === 0 ? 0 : Math.min(all.words / goal, 1)
  const rows = (
    [
      [words['count.words'], 'words'],
      [words['count.characters'], 'characters'],
      [words['count.signs'], 'signs'],
    ] as const
  ).map(([label, kind]) => (
    <tr key={kind}>
      <th scope="row">{label}</th>
      <td>{figure(all[kind])}</td>
      {selected === null ? null : <td>{figure(selected[kind])}</td>}
    </tr>
  ))
  return (
    <>
      {goal > 0 ? (
        <button
          type="button"
          className="goal"
          aria-label={words['count.progress'](figure(all.words), figure(goal))}
          onClick={onOpen}
        >
          <progress aria-hidden="true" value={done} />
          {words['count.short'](figure(all.words), figure(goal))}
        </button>
      ) : null}
      {open ? (
        <Dialog title={words['count.label']} onClose={onClose} onClosed={onClosed}>
          <table className="counts">
            <thead>
              <tr>
                <td />
                <th scope="col">{words['count.all']}</th>
                {selected === null ? null : <th scope="col">{words['count.selected']}</th>}
              </tr>
            </thead>
            <tbody>{rows}</tbody>
          </table>
          <label className="field">
            <span>{words['count.goal']}</span>
            <input
              ref={field}
              type="number"
              min="0"
              step="50"
              inputMode="numeric"
              defaultValue={goal === 0 ? '' : goal}
              placeholder={words['count.noGoal']}
              onChange={({ target: { value } }) => {
                const wanted = Math.max(0, Math.trunc(Number(value)) || 0)
                setGoal(wanted)
                remember(`quire.goal.${room}`, wanted)
              }}
            />
          </label>
          <div className="actions">
            <button type="button" className="button primary" onClick={onClose}>
              {words['action.close']}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}
export default Counting
