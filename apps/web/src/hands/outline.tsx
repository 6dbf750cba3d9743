import { blockName } from '@quire/editor/block'
import type { Editor } from '@tiptap/core'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { bindingOf } from '../binding.ts'
import { join } from '../late.ts'
import { words } from '../words.ts'
import { goTo } from './going.ts'
import { currentOf, headingsOf } from './headings.ts'
import type { Heading } from './headings.ts'

/** It is read again when the keys have rested so long, in ms. */
const rest = 200
/** What is at this height of the window is being read, in px. */
const line = 150

/** The headings of the document; the one that is being read is marked. */
const Outline = ({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }) => {
  const { view } = editor
  const [headings, setHeadings] = useState<readonly Heading[]>(() => headingsOf(view.state.doc))
  const [current, setCurrent] = useState(-1)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = join(view, {
      changed: (_view, before) => {
        if (before.doc === view.state.doc) return
        clearTimeout(timer)
        timer = setTimeout(() => setHeadings(headingsOf(view.state.doc)), rest)
      },
    })
    return () => {
      clearTimeout(timer)
      leave()
    }
  }, [view])
  useEffect(() => {
    let frame = 0
    const look = (): void => {
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        if (view.isDestroyed) return
        const { left } = view.dom.getBoundingClientRect()
        const place = view.posAtCoords({ left: left + 8, top: line })?.pos ?? 0
        setCurrent(currentOf(headings, place))
      })
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('scroll', look)
    }
  }, [view, headings])

  const projection = bindingOf(view.state)?.projection
  const nameOf = (at: number): string | null =>
    projection === undefined || at >= view.state.doc.content.size ? null : blockName(at, projection)
  const highest = Math.min(...headings.map(({ level }) => level))
  return (
    <nav className="outline" aria-label={words['outline.label']}>
      <div className="outline-head">
        <h2>{words['outline.label']}</h2>
        <button
          type="button"
          className="icon-button small"
          aria-label={words['outline.close']}
          onClick={onClose}
        >
          <X aria-hidden="true" />
        </button>
      </div>
      {headings.length === 0 ? <p className="soft">{words['outline.empty']}</p> : null}
      <ol>
        {headings.map(({ text, level, at }, i) => {
          const name = nameOf(at)
          return (
            <li key={name ?? at} data-depth={level - highest}>
              <a
                href={name === null ? undefined : `#b=${name}`}
                aria-current={i === current ? 'location' : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return
                  event.preventDefault()
                  const now = headingsOf(view.state.doc)[i]
                  if (now !== undefined) goTo(editor, now.at)
                }}
              >
                {text}
              </a>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
export default Outline
