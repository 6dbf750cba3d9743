import { blockAt, blockName } from '@quire/editor/block'
import type { Color } from '@quire/editor/palette'
import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { cellAround, CellSelection, TableMap } from '@tiptap/pm/tables'
import type { EditorView } from '@tiptap/pm/view'
import { ChevronDown, Ellipsis, EllipsisVertical, Palette, Plus, TextAlignStart } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { PointerEvent as Press } from 'react'
import { createPortal } from 'react-dom'
import { bindingOf } from '../binding.ts'
import { asOneStep, shown as shownKey } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { ofCells, ofColumns, ofRows, ofTables } from '../commands/tables.ts'
import { focusText } from '../editor.ts'
import { join } from '../late.ts'
import { Item, Menu, MenuLine, SubMenu } from '../ui/menu.tsx'
import { words } from '../words.ts'
import { runsLeft } from './running.ts'
import { Swatches } from './colors.tsx'

type Kind = 'row' | 'column' | 'cell'

const slack = 4

/** The cell of that name where it now begins, or null if it is gone. */
const cellOf = (view: EditorView, name: string | null): number | null => {
  const projection = bindingOf(view.state)?.projection
  const at = name === null || projection === undefined ? null : blockAt(name, projection)
  return at === null || !isCell(view, at) ? null : at
}

const isCell = (view: EditorView, at: number): boolean =>
  /^table(?:Cell|Header)$/.test(view.state.doc.nodeAt(at)?.type.name ?? '')

const nameOf = (view: EditorView, at: number): string | null => {
  const projection = bindingOf(view.state)?.projection
  return projection === undefined ? null : blockName(at, projection)
}

const nameOfCaret = (view: EditorView): string | null => {
  const $cell = cellAround(view.state.selection.$head)
  return $cell === null ? null : nameOf(view, $cell.pos)
}

/** Where a cell and its table are in the window, without what is scrolled away sideways. */
const boxesOf = (view: EditorView, at: number): { cell: DOMRect; table: DOMRect } | null => {
  const cell = view.nodeDOM(at)
  const table = cell instanceof HTMLElement ? cell.closest('table') : null
  if (!(cell instanceof HTMLElement) || table === null) return null
  const around = (table.parentElement ?? table).getBoundingClientRect()
  const whole = table.getBoundingClientRect()
  const left = Math.max(whole.left, around.left)
  const table2 = new DOMRect(left, whole.top, Math.min(whole.right, around.right) - left, whole.height)
  const box = cell.getBoundingClientRect()
  const from = Math.max(box.left, table2.left)
  return {
    cell: new DOMRect(from, box.top, Math.min(box.right, table2.right) - from, box.height),
    table: table2,
  }
}

/** Which row and column of its table a cell is in. */
const seatOf = (view: EditorView, at: number) => {
  const $cell = view.state.doc.resolve(at)
  const table = $cell.node(-1)
  const map = TableMap.get(table)
  const { left, top } = map.findCell(at - $cell.start(-1))
  return { row: top, column: left, map, start: $cell.start(-1) }
}

const select = (view: EditorView, at: number, kind: Kind): void => {
  const { tr, doc, selection } = view.state
  const $cell = doc.resolve(at)
  if (kind === 'cell') {
    if (!(selection instanceof CellSelection)) tr.setSelection(TextSelection.near(doc.resolve(at + 1)))
  } else
    tr.setSelection(kind === 'row' ? CellSelection.rowSelection($cell) : CellSelection.colSelection($cell))
  view.dispatch(tr)
}

/**
 * The handles of the row and the column under the pointer, or of the caret: a click opens a menu, a drag moves, a
 * plus adds one. The cell is held by its name in the shared document.
 */
export const TableHandles = ({
  editor,
  open,
  onOpen,
}: {
  readonly editor: Editor
  /** Opened by a key: the menu of the caret's cell. */
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
}) => {
  const { view } = editor
  const [pointed, setPointed] = useState<string | null>(null)
  const [menu, setMenu] = useState<{ kind: Kind; name: string } | null>(null)
  if (open && menu === null) {
    const name = nameOfCaret(view)
    if (name !== null) setMenu({ kind: 'cell', name })
  }
  if (!open && menu !== null) setMenu(null)
  const shown = menu?.name ?? pointed
  const layer = useRef<HTMLDivElement>(null)
  const line = useRef<HTMLDivElement>(null)
  const sheet = view.dom.parentElement

  const place = useCallback(() => {
    const { current } = layer
    if (current === null || sheet === null || view.isDestroyed) return
    const at = cellOf(view, shown)
    const boxes = at === null ? null : boxesOf(view, at)
    current.toggleAttribute('data-lost', boxes === null)
    if (boxes === null) return
    const origin = sheet.getBoundingClientRect()
    const put = (name: string, value: number): void =>
      current.style.setProperty(name, `${Math.round(value)}px`)
    put('--cell-left', boxes.cell.left - origin.left)
    put('--cell-top', boxes.cell.top - origin.top)
    put('--cell-width', Math.max(boxes.cell.width, 0))
    put('--cell-height', boxes.cell.height)
    put('--table-left', boxes.table.left - origin.left)
    put('--table-top', boxes.table.top - origin.top)
    put('--table-width', boxes.table.width)
    current.dir = runsLeft(view) ? 'rtl' : 'ltr'
  }, [view, sheet, shown])
  useLayoutEffect(place)

  useEffect(() => {
    if (open) return
    const over = ({ target, buttons }: PointerEvent): void => {
      if (buttons !== 0 || !(target instanceof Element) || layer.current?.contains(target) === true) return
      const cell = view.dom.contains(target) ? target.closest('td, th') : null
      if (cell === null) {
        // the handles stand beside the table: on the way to them nothing changes
        if (!target.closest('.sheet')) setPointed(null)
        return
      }
      const $cell = cellAround(view.state.doc.resolve(view.posAtDOM(cell, 0)))
      if ($cell !== null) setPointed(nameOf(view, $cell.pos))
    }
    const leave = join(view, {
      changed: (_view, before) => {
        if (!before.selection.eq(view.state.selection)) setPointed(view.hasFocus() ? nameOfCaret(view) : null)
        if (before.doc !== view.state.doc) requestAnimationFrame(place)
      },
    })
    const stage = sheet?.parentElement
    stage?.addEventListener('pointerover', over)
    const resized = new ResizeObserver(place)
    resized.observe(view.dom)
    window.addEventListener('scroll', place, { capture: true, passive: true })
    return () => {
      leave()
      stage?.removeEventListener('pointerover', over)
      resized.disconnect()
      window.removeEventListener('scroll', place, { capture: true })
    }
  }, [view, sheet, open, place])

  // a menu whose cell is gone goes too
  useEffect(() => {
    if (menu === null) {
      if (open) onOpen(false)
      return
    }
    return join(view, {
      changed: () => {
        if (cellOf(view, menu.name) === null) onOpen(false)
        else requestAnimationFrame(place)
      },
    })
  }, [view, menu, open, onOpen, place])

  const openMenu = (kind: Kind): void => {
    const at = cellOf(view, shown)
    if (at === null || shown === null) return
    select(view, at, kind)
    setMenu({ kind, name: shown })
    onOpen(true)
  }
  const run = (command: Command, kind: Kind): void => {
    const at = cellOf(view, shown)
    if (at === null) return
    select(view, at, kind)
    if (command.able(editor)) command.run(editor)
  }

  const drag = (kind: 'row' | 'column') => (event: Press<HTMLButtonElement>) => {
    if (event.button !== 0) return
    event.preventDefault()
    const button = event.currentTarget
    const start = { x: event.clientX, y: event.clientY }
    let moving = false
    let target: number | null = null
    const over = (x: number, y: number): void => {
      const at = cellOf(view, shown)
      const boxes = at === null ? null : boxesOf(view, at)
      if (at === null || boxes === null) return
      const { map, start: first } = seatOf(view, at)
      const count = kind === 'row' ? map.height : map.width
      target = null
      for (let i = 0; i < count; i++) {
        const place = map.map[kind === 'row' ? i * map.width : i]
        const element = place === undefined ? null : view.nodeDOM(first + place)
        if (!(element instanceof HTMLElement)) continue
        const box = element.getBoundingClientRect()
        const inside = kind === 'row' ? y >= box.top && y < box.bottom : x >= box.left && x < box.right
        if (!inside) continue
        target = i
        const own = seatOf(view, at)[kind]
        const after = i > own
        const edge =
          kind === 'row' ? (after ? box.bottom : box.top) : after !== runsLeft(view) ? box.right : box.left
        const { current } = line
        if (current === null) return
        current.hidden = i === own
        current.style.setProperty('--left', `${kind === 'row' ? boxes.table.left : edge - 1}px`)
        current.style.setProperty('--top', `${kind === 'row' ? edge - 1 : boxes.table.top}px`)
        current.style.setProperty('--width', `${kind === 'row' ? boxes.table.width : 2}px`)
        current.style.setProperty('height', `${kind === 'row' ? 2 : boxes.table.height}px`)
      }
    }
    button.setPointerCapture(event.pointerId)
    const moved = ({ clientX, clientY }: PointerEvent): void => {
      moving ||= Math.hypot(clientX - start.x, clientY - start.y) > slack
      if (moving) over(clientX, clientY)
    }
    const end = (): void => {
      button.removeEventListener('pointermove', moved)
      button.removeEventListener('pointerup', released)
      button.removeEventListener('pointercancel', end)
      if (line.current !== null) line.current.hidden = true
    }
    const released = (): void => {
      end()
      const at = cellOf(view, shown)
      if (!moving) openMenu(kind)
      else if (at !== null && target !== null) {
        const delta = target - seatOf(view, at)[kind]
        if (delta === 0) return
        select(view, at, kind)
        asOneStep(editor, () => {
          if (kind === 'row') editor.chain().focus().moveRow(delta).run()
          else editor.chain().focus().moveColumn(delta).run()
        })
      }
    }
    button.addEventListener('pointermove', moved)
    button.addEventListener('pointerup', released)
    button.addEventListener('pointercancel', end)
  }

  if (sheet === null || shown === null) return null
  const items = (commands: readonly Command[], kind: Kind) =>
    commands.map((command) => (
      <Item
        key={command.name}
        icon={command.icon}
        danger={command.name.startsWith('table.delete')}
        disabled={!command.able(editor)}
        keys={command.keys[0] === undefined ? undefined : shownKey(command.keys[0])}
        onSelect={() => run(command, kind)}
      >
        {command.label}
      </Item>
    ))
  const looks = (kind: Kind) => {
    const give = (attribute: 'background' | 'align', value: Color | 'left' | 'center' | 'right' | null) => {
      const at = cellOf(view, shown)
      if (at === null) return
      select(view, at, kind)
      asOneStep(editor, () => void editor.chain().focus().setCellAttribute(attribute, value).run())
    }
    return (
      <>
        <SubMenu icon={Palette} label={words['tools.color']}>
          <Swatches
            label={words['tools.background']}
            kind="ground"
            value={null}
            onValue={(color) => give('background', color)}
          />
        </SubMenu>
        <SubMenu icon={TextAlignStart} label={words['tools.align']}>
          {(['left', 'center', 'right'] as const).map((value) => (
            <Item key={value} onSelect={() => give('align', value)}>
              {words[`tools.align.${value}`]}
            </Item>
          ))}
        </SubMenu>
      </>
    )
  }
  const handle = (kind: Kind, label: string, icon: React.ReactNode, content: React.ReactNode) => (
    <Menu
      align="start"
      open={menu?.kind === kind}
      onOpen={(wanted) => {
        if (!wanted) onOpen(false)
      }}
      onClosed={() => focusText(editor)}
      trigger={
        <button
          type="button"
          tabIndex={-1}
          className={`table-handle of-${kind}`}
          aria-label={label}
          title={label}
          onPointerDown={
            kind === 'cell'
              ? (event) => {
                  event.preventDefault()
                  openMenu('cell')
                }
              : drag(kind)
          }
        >
          {icon}
        </button>
      }
    >
      {content}
    </Menu>
  )
  const [, below] = ofRows
  const [, after] = ofColumns
  return createPortal(
    <div ref={layer} className="table-handles">
      {handle(
        'column',
        words['table.column'],
        <Ellipsis aria-hidden="true" />,
        <>
          {items(ofColumns.slice(0, -1), 'column')}
          <MenuLine />
          {looks('column')}
          <MenuLine />
          {items(ofColumns.slice(-1), 'column')}
        </>,
      )}
      {handle(
        'row',
        words['table.row'],
        <EllipsisVertical aria-hidden="true" />,
        <>
          {items(ofRows.slice(0, -1), 'row')}
          <MenuLine />
          {looks('row')}
          <MenuLine />
          {items(ofRows.slice(-1), 'row')}
        </>,
      )}
      {handle(
        'cell',
        words['table.cell'],
        <ChevronDown aria-hidden="true" />,
        <>
          {items([...ofRows.slice(0, 2), ...ofColumns.slice(0, 2)], 'cell')}
          <MenuLine />
          {items(ofCells, 'cell')}
          {looks('cell')}
          <MenuLine />
          {items([...ofRows.slice(4, 5), ...ofColumns.slice(4, 5)], 'cell')}
          <MenuLine />
          {items([...ofRows.slice(5), ...ofColumns.slice(5), ...ofTables], 'cell')}
        </>,
      )}
      {(['row', 'column'] as const).map((kind) => {
        const adding = kind === 'row' ? below : after
        return adding === undefined ? null : (
          <button
            key={kind}
            type="button"
            tabIndex={-1}
            className={`table-add of-${kind}`}
            aria-label={adding.label}
            title={adding.label}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(adding, 'cell')}
          >
            <Plus aria-hidden="true" />
          </button>
        )
      })}
      {createPortal(<div ref={line} className="landing" hidden />, document.body)}
    </div>,
    sheet,
  )
}
