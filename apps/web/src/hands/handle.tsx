import { blockAt, blockName } from '@quire/editor/block'
import type { Editor } from '@tiptap/core'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'
import { GripVertical, Plus } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useAnnounce } from '../announce.tsx'
import { bindingOf } from '../binding.ts'
import { carryOut } from '../commands/blocks.ts'
import type { Command } from '../commands/command.ts'
import { focusText } from '../editor.ts'
import { join, paint } from '../late.ts'
import { Menu } from '../ui/menu.tsx'
import { words } from '../words.ts'
import { runsLeft } from './running.ts'
import { BlockMenu } from './blockmenu.tsx'
import { blockAtPoint, landingAt, scrollAtEdges } from './dragging.ts'
import type { Landing } from './dragging.ts'
import { blockFrom, blockOf, movedTo, neighbourOf } from './moving.ts'
import type { Block } from './moving.ts'

/** The pointer moves so far before a press is a drag, in px; on a touch screen a press lasts so long, in ms. */
const slack = 4
const longPress = 400
const width = 52
const size = 26

const nameOf = (view: EditorView, { at }: Block): string | null => {
  const projection = bindingOf(view.state)?.projection
  return projection === undefined ? null : blockName(at, projection)
}

const nameOfCaret = (view: EditorView): string | null => {
  const block = blockOf(view.state)
  return block === null ? null : nameOf(view, block)
}

/** The block of that name where it now is, or null if it is gone. */
const named = (view: EditorView, name: string | null): Block | null => {
  const projection = bindingOf(view.state)?.projection
  if (projection === undefined || name === null) return null
  const at = blockAt(name, projection)
  return at === null ? null : blockFrom(view.state.doc, at)
}

// what draws a line or a box around its blocks: a handle stands outside of it
const frames = new Set(['blockquote', 'callout', 'details', 'detailsContent'])

/** The block's edges in the window, or those of what frames it. */
const edgesOf = (view: EditorView, at: number, element: HTMLElement): DOMRect => {
  const place = view.state.doc.resolve(at)
  let outermost = element
  for (let { depth } = place; depth > 0 && frames.has(place.node(depth).type.name); depth--) {
    const around = view.nodeDOM(place.before(depth))
    if (around instanceof HTMLElement) outermost = around
  }
  return outermost.getBoundingClientRect()
}

/** The middle of the block's first line, and its edges, in the window. */
const lineOf = (
  view: EditorView,
  { at, node }: Block,
): { left: number; right: number; middle: number } | null => {
  const element = view.nodeDOM(at)
  if (!(element instanceof HTMLElement)) return null
  const box = element.getBoundingClientRect()
  const { left, right } = edgesOf(view, at, element)
  let [inner, place] = [node, at]
  while (!inner.isTextblock && inner.firstChild !== null && !inner.isAtom) {
    inner = inner.firstChild
    place++
  }
  if (!inner.isTextblock || node.type.name === 'table')
    return { left, right, middle: box.top + Math.min(box.height / 2, size / 2) }
  const { top, bottom } = view.coordsAtPos(place + 1)
  const whole = view.dom.getBoundingClientRect()
  return {
    left: Math.min(left, whole.right),
    right: Math.max(right, whole.left),
    middle: (top + bottom) / 2,
  }
}

/**
 * Two small buttons beside the block under the pointer, or that of the caret: one adds a block below, the other opens
 * the block's menu, or moves the block when it is dragged. A block is held by its name in the shared document, so
 * what others do meanwhile does not change which one is meant.
 */
export const Handle = ({
  editor,
  commands,
  open,
  onOpen,
  onAdd,
}: {
  readonly editor: Editor
  readonly commands: readonly Command[]
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
  readonly onAdd: () => void
}) => {
  const { view } = editor
  const announce = useAnnounce()
  const [pointed, setPointed] = useState<string | null>(null)
  const [meant, setMeant] = useState<string | null>(null)
  // opened by a key, the menu is that of the caret's block
  if (open && meant === null && nameOfCaret(view) !== null) setMeant(nameOfCaret(view))
  if (!open && meant !== null) setMeant(null)
  const shown = meant ?? pointed
  const [landing, setLanding] = useState<Landing | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const dragging = useRef(false)
  const sheet = view.dom.parentElement

  const place = useCallback(() => {
    const { current } = box
    if (current === null || view.isDestroyed || sheet === null) return
    const block = named(view, shown)
    const line = block === null ? null : lineOf(view, block)
    current.toggleAttribute('data-lost', line === null)
    if (line === null) return
    const origin = sheet.getBoundingClientRect()
    // the margin before the lines, which is on the right where they begin there
    const rightward = runsLeft(view)
    current.dir = rightward ? 'rtl' : 'ltr'
    const room = rightward
      ? Math.min(origin.right, document.documentElement.clientWidth) - line.right
      : line.left - Math.max(origin.left, 0)
    current.toggleAttribute('data-narrow', room < width + 4)
    const wide = room < width + 4 ? size : width
    // an item's own sign stands before it
    const gap =
      block !== null && block.node.type.name.endsWith('Item')
        ? 22
        : block?.node.type.name === 'table'
          ? 18
          : 6
    const away = Math.min(gap, Math.max(room - wide, 0))
    const left = rightward
      ? Math.min(line.right - origin.left + away, origin.width - wide)
      : Math.max(line.left - origin.left - wide - away, 0)
    current.style.setProperty('--left', `${Math.round(left)}px`)
    current.style.setProperty('--top', `${Math.round(line.middle - origin.top - size / 2)}px`)
  }, [view, sheet, shown])
  useLayoutEffect(place)

  // which block: that under the pointer, or of the caret; none while somebody types
  useEffect(() => {
    if (open) return
    let frame = 0
    const moved = (event: PointerEvent): void => {
      if (dragging.current || event.pointerType === 'touch' || event.buttons !== 0 || frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        if (view.isDestroyed || dragging.current) return
        if (event.target instanceof Node && box.current?.contains(event.target) === true) return
        const block = blockAtPoint(view, event.clientX, event.clientY)
        if (block !== null) setPointed(nameOf(view, block))
      })
    }
    const leave = join(view, {
      changed: (_view, before) => {
        const { doc, selection } = view.state
        if (before.doc === doc && before.selection.eq(selection)) return
        // while the menu's block is being changed by others the handle goes along
        if (before.doc !== doc) {
          if (view.hasFocus() && !before.selection.eq(selection)) setPointed(null)
          else requestAnimationFrame(place)
        } else {
          const block = view.hasFocus() ? blockOf(view.state) : null
          setPointed(block === null ? null : nameOf(view, block))
        }
      },
    })
    const stage = sheet?.parentElement
    stage?.addEventListener('pointermove', moved)
    const resized = new ResizeObserver(place)
    resized.observe(view.dom)
    return () => {
      cancelAnimationFrame(frame)
      leave()
      stage?.removeEventListener('pointermove', moved)
      resized.disconnect()
    }
  }, [view, sheet, open, place])

  // the menu's block is marked, and closes the menu when it goes away
  useEffect(() => {
    const block = open ? named(view, shown) : null
    if (block === null) {
      paint(view, 'place', DecorationSet.empty)
      if (open) onOpen(false)
      return
    }
    const mark = Decoration.node(block.at, block.at + block.node.nodeSize, { class: 'meant' })
    paint(view, 'place', DecorationSet.create(view.state.doc, [mark]))
    return join(view, {
      changed: () => {
        if (named(view, shown) !== null) return
        onOpen(false)
        announce(words['block.gone'])
      },
    })
  }, [open, shown, view, onOpen, announce])

  // a selected block: arrows walk on, Enter goes in, Esc selects it
  useEffect(
    () =>
      join(view, {
        keydown: (_view, event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return false
          const { state } = view
          const block = blockOf(state)
          if (block === null) return false
          const selected = state.selection instanceof NodeSelection && state.selection.from === block.at
          if (event.key === 'Escape' && !event.shiftKey) {
            if (selected || !NodeSelection.isSelectable(block.node)) return false
            view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, block.at)))
            return true
          }
          if (!selected) return false
          if (event.key === 'Enter' && !event.shiftKey && !block.node.isAtom) {
            const inside = state.doc.resolve(block.at + block.node.nodeSize - 1)
            view.dispatch(state.tr.setSelection(TextSelection.near(inside, -1)).scrollIntoView())
            return true
          }
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return false
          const next = neighbourOf(state.doc, block, event.key === 'ArrowUp' ? -1 : 1)
          if (next === null) return true
          const { tr } = state
          if (event.shiftKey) {
            const [from, to] = [Math.min(block.at, next.at), Math.max(block.at, next.at)]
            const end = blockFrom(state.doc, to)
            if (end === null) return true
            const $from = state.doc.resolve(from + 1)
            tr.setSelection(TextSelection.between($from, state.doc.resolve(to + end.node.nodeSize - 1)))
          } else tr.setSelection(NodeSelection.create(state.doc, next.at))
          view.dispatch(tr.scrollIntoView())
          return true
        },
      }),
    [view],
  )

  const drag = (event: React.PointerEvent<HTMLButtonElement>): void => {
    if (event.button !== 0) return
    event.preventDefault() // the focus stays in the text, and the menu opens on release
    const name = shown
    const button = event.currentTarget
    const start = { x: event.clientX, y: event.clientY }
    let last = start
    let stop: (() => void) | null = null
    const begin = (): void => {
      const block = named(view, name)
      if (stop !== null || block === null) return
      dragging.current = true
      stop = scrollAtEdges(() => last.y)
      const dragged = Decoration.node(block.at, block.at + block.node.nodeSize, { class: 'dragged' })
      paint(view, 'place', DecorationSet.create(view.state.doc, [dragged]))
      window.addEventListener('scroll', scrolled, { passive: true })
    }
    const scrolled = (): void => setLanding(over())
    const press = event.pointerType === 'touch' ? setTimeout(begin, longPress) : undefined
    button.setPointerCapture(event.pointerId)
    const over = (): Landing | null => {
      const block = named(view, name)
      return block === null ? null : landingAt(view, block, last.x, last.y)
    }
    const moved = (now: PointerEvent): void => {
      last = { x: now.clientX, y: now.clientY }
      if (stop === null && Math.hypot(last.x - start.x, last.y - start.y) > slack) {
        if (press === undefined) begin()
        else clearTimeout(press)
      }
      if (stop !== null) setLanding(over())
    }
    const end = (): void => {
      clearTimeout(press)
      stop?.()
      button.removeEventListener('pointermove', moved)
      button.removeEventListener('pointerup', released)
      button.removeEventListener('pointercancel', end)
      window.removeEventListener('keydown', escaped, true)
      window.removeEventListener('scroll', scrolled)
      setLanding(null)
      dragging.current = false
      paint(view, 'place', DecorationSet.empty)
    }
    const released = (): void => {
      const was = stop !== null
      const [block, target] = [named(view, name), was ? over() : null]
      end()
      if (!was) {
        setMeant(name)
        onOpen(true)
      } else if (block !== null && target !== null) {
        const done = movedTo(view.state, block, target.gap)
        if (done === null) return
        carryOut(editor, done.tr)
        announce(words['block.moved'](done.nth, done.of))
      }
    }
    const escaped = (key: KeyboardEvent): void => {
      if (key.key !== 'Escape' || stop === null) return
      key.preventDefault()
      key.stopPropagation()
      end()
    }
    button.addEventListener('pointermove', moved)
    button.addEventListener('pointerup', released)
    button.addEventListener('pointercancel', end)
    window.addEventListener('keydown', escaped, true)
  }

  const add = (): void => {
    const block = named(view, shown)
    const paragraph = view.state.schema.nodes['paragraph']
    if (block === null || paragraph === undefined) return
    const { state } = view
    const empty = block.node.isTextblock && block.node.childCount === 0
    const item = block.node.type.name.endsWith('Item')
    const made = item ? block.node.type.create(null, paragraph.create()) : paragraph.create()
    const tr = empty ? state.tr : state.tr.insert(block.at + block.node.nodeSize, made)
    const at = empty ? block.at + 1 : block.at + block.node.nodeSize + (item ? 2 : 1)
    tr.setSelection(TextSelection.near(tr.doc.resolve(at)))
    carryOut(editor, tr.scrollIntoView())
    onAdd()
  }

  if (sheet === null || shown === null) return null
  return createPortal(
    <>
      <div ref={box} className="handle">
        <button
          type="button"
          tabIndex={-1}
          className="grip add"
          aria-label={words['block.add']}
          title={words['block.add']}
          onMouseDown={(event) => event.preventDefault()}
          onClick={add}
        >
          <Plus aria-hidden="true" />
        </button>
        <Menu
          side={runsLeft(view) ? 'right' : 'left'}
          align="start"
          open={open}
          onOpen={(wanted) => {
            if (!wanted) onOpen(false)
          }}
          onClosed={() => focusText(editor)}
          trigger={
            <button
              type="button"
              tabIndex={-1}
              className="grip"
              aria-label={words['block.handle']}
              title={words['block.handle']}
              onPointerDown={drag}
            >
              <GripVertical aria-hidden="true" />
            </button>
          }
        >
          <BlockMenu editor={editor} commands={commands} block={() => named(view, shown)} name={shown} />
        </Menu>
      </div>
      {landing === null
        ? null
        : createPortal(
            <div
              className="landing"
              ref={(line) => {
                line?.style.setProperty('--left', `${landing.left}px`)
                line?.style.setProperty('--top', `${landing.top}px`)
                line?.style.setProperty('--width', `${landing.width}px`)
              }}
            />,
            document.body,
          )}
    </>,
    sheet,
  )
}
