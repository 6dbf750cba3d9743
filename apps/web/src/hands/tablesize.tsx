import type { Editor } from '@tiptap/core'
import { Minus, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { useAnnounce } from '../announce.tsx'
import { asOneStep } from '../commands/command.ts'
import { TextPanel } from '../textpanel.tsx'
import { words } from '../words.ts'
import { insertTableOf } from './tableof.ts'
import type { TableSize } from './tableof.ts'

/** The grid goes so far both ways. Larger ones grow where they stand, or are typed: "/table 12x40". */
const most = 8
const sizes = Array.from({ length: most }, (_, i) => i + 1)
const first: TableSize = { columns: 3, rows: 3 }

/** Asks how large a new table is to be: by a grid, or where fingers press by steps. */
export const ChoosingSize = ({
  editor,
  onClose,
}: {
  readonly editor: Editor
  readonly onClose: () => void
}) => {
  const [coarse] = useState(() => matchMedia('(pointer: coarse)').matches)
  const insert = (size: TableSize): void => {
    asOneStep(editor, () => insertTableOf(editor, size))
    onClose()
  }
  return (
    <TextPanel editor={editor} label={words['table.size']} onClose={onClose}>
      {coarse ? <Steps onChoose={insert} /> : <Grid onChoose={insert} />}
    </TextPanel>
  )
}

/** One stop of Tab; arrows go from size to size, and Enter takes it. */
const Grid = ({ onChoose }: { readonly onChoose: (size: TableSize) => void }) => {
  const [{ columns, rows }, setSize] = useState(first)
  const box = useRef<HTMLDivElement>(null)
  const go = (toColumns: number, toRows: number): void => {
    const within = (n: number): number => Math.min(Math.max(n, 1), most)
    const size = { columns: within(toColumns), rows: within(toRows) }
    setSize(size)
    box.current?.querySelector<HTMLElement>(`[data-size="${size.columns} ${size.rows}"]`)?.focus()
  }
  return (
    <div className="sizing">
      <div
        ref={box}
        role="grid"
        aria-label={words['table.size']}
        className="size-grid"
        onKeyDown={(event) => {
          const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
          const move = (
            {
              ArrowRight: [forward, 0],
              ArrowLeft: [-forward, 0],
              ArrowDown: [0, 1],
              ArrowUp: [0, -1],
              Home: [-most, 0],
              End: [most, 0],
              PageUp: [0, -most],
              PageDown: [0, most],
            } as const
          )[event.key]
          if (move === undefined) return
          event.preventDefault()
          go(columns + move[0], rows + move[1])
        }}
      >
        {sizes.map((row) => (
          <div key={row} role="row">
            {sizes.map((column) => (
              <button
                key={column}
                type="button"
                role="gridcell"
                data-size={`${column} ${row}`}
                aria-label={words['table.sizeOf'](column, row)}
                aria-selected={column === columns && row === rows}
                tabIndex={column === columns && row === rows ? 0 : -1}
                className={column <= columns && row <= rows ? 'size taken' : 'size'}
                onPointerMove={() => setSize({ columns: column, rows: row })}
                onClick={() => onChoose({ columns: column, rows: row })}
              />
            ))}
          </div>
        ))}
      </div>
      {/* what has the focus says it to a screen reader already */}
      <p className="size-name" aria-hidden="true">
        {words['table.sizeOf'](columns, rows)}
      </p>
    </div>
  )
}

const Steps = ({ onChoose }: { readonly onChoose: (size: TableSize) => void }) => {
  const [size, setSize] = useState(first)
  const announce = useAnnounce()
  const step = (which: keyof TableSize, delta: 1 | -1): void => {
    const next = { ...size, [which]: Math.min(Math.max(size[which] + delta, 1), 20) }
    setSize(next)
    announce(words['table.sizeOf'](next.columns, next.rows))
  }
  return (
    <div className="sizing">
      {(['columns', 'rows'] as const).map((which) => (
        <div key={which} className="size-step">
          <span>{words[`table.${which}`]}</span>
          <button
            type="button"
            className="tool"
            aria-label={words['table.oneFewer'](words[`table.${which}`])}
            onClick={() => step(which, -1)}
          >
            <Minus aria-hidden="true" />
          </button>
          <output>{size[which]}</output>
          <button
            type="button"
            className="tool"
            aria-label={words['table.oneMore'](words[`table.${which}`])}
            onClick={() => step(which, 1)}
          >
            <Plus aria-hidden="true" />
          </button>
        </div>
      ))}
      <div className="actions">
        <button type="button" className="button primary" onClick={() => onChoose(size)}>
          {words['table.insert']}
        </button>
      </div>
    </div>
  )
}
