import type { Editor } from '@tiptap/core'
import type { EditorState } from '@tiptap/pm/state'
import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { Ellipsis, Palette, TextAlignStart } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Command } from '../commands/command.ts'
import { shown } from '../commands/command.ts'
import { alignments } from '../commands/styling.ts'
import { focusText } from '../editor.ts'
import { join } from '../late.ts'
import { BlockType, keepFocus, stateOf, Tool, useEditorState } from '../toolbar.tsx'
import { Choice, Item, Menu } from '../ui/menu.tsx'
import { Popup } from '../ui/popup.tsx'
import { words } from '../words.ts'
import { Colors } from './colors.tsx'

/** It appears when the selection has rested so long, in ms. */
const rest = 100
const inline = ['bold', 'italic', 'underline', 'strike', 'code', 'link']
/** Where there is little room these are behind a button. */
const spare = new Set(['underline', 'strike', 'code'])
const narrow = '(max-width: 419px)'

const isWanted = ({ selection, doc }: EditorState): boolean =>
  selection instanceof TextSelection &&
  !selection.empty &&
  selection.$from.parent.type.spec.code !== true &&
  doc.textBetween(selection.from, selection.to, ' ', ' ').trim() !== ''

/** The selection's place in the window, or null when it is scrolled out of sight. */
const placeOf = (view: EditorView): Pick<DOMRect, 'left' | 'top' | 'right' | 'bottom'> | null => {
  const { from, to } = view.state.selection
  const start = view.coordsAtPos(from, 1)
  const end = view.coordsAtPos(to, -1)
  const box = view.dom.getBoundingClientRect()
  const several = end.top >= start.bottom
  if (end.bottom < 0 || start.top > window.innerHeight) return null
  return {
    left: several ? Math.min(start.left, box.left + box.width / 3) : start.left,
    right: several ? box.right : end.right,
    top: start.top,
    bottom: end.bottom,
  }
}

/**
 * Formatting beside what is selected. It comes when a person has selected and rests, never for what somebody else
 * does, and takes no focus until it is asked to.
 */
export const Bubble = ({
  editor,
  commands,
  hidden,
}: {
  readonly editor: Editor
  readonly commands: readonly Command[]
  /** True while something else stands at the selection. */
  readonly hidden: boolean
}) => {
  const { view } = editor
  const [there, setThere] = useState(false)
  const box = useRef<HTMLDivElement | null>(null)
  const bar = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let pressed = false
    const settle = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (!pressed && view.hasFocus() && isWanted(view.state)) setThere(true)
      }, rest)
    }
    const leave = join(view, {
      changed: (_view, before) => {
        if (!isWanted(view.state)) {
          clearTimeout(timer)
          setThere(false)
        } else if (before.doc === view.state.doc && !before.selection.eq(view.state.selection)) settle()
      },
      keydown: (_view, event) => {
        if (!isWanted(view.state) || box.current === null) return false
        if (event.key === 'F10' && event.altKey) {
          bar.current?.focus()
          return true
        }
        if (event.key !== 'Escape') return false
        setThere(false)
        return true
      },
    })
    const down = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === true) return
      pressed = true
      setThere(false)
    }
    const up = (): void => {
      if (!pressed) return
      pressed = false
      settle()
    }
    const blurred = ({ relatedTarget }: FocusEvent): void => {
      const inside =
        relatedTarget instanceof Element && relatedTarget.closest('.bubble, .menu, .panel') !== null
      // without a target the window has lost the focus, not the text
      if (!inside && relatedTarget !== null) setThere(false)
    }
    view.dom.addEventListener('pointerdown', down)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', up)
    view.dom.addEventListener('blur', blurred)
    return () => {
      clearTimeout(timer)
      leave()
      view.dom.removeEventListener('pointerdown', down)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', up)
      view.dom.removeEventListener('blur', blurred)
    }
  }, [view])

  const at = useCallback(() => (view.isDestroyed ? null : placeOf(view)), [view])
  if (!there || hidden) return null
  // a phone has its own menu above what is selected
  const side = matchMedia('(pointer: coarse)').matches ? 'below' : 'above'
  return (
    <Popup
      at={at}
      side={side}
      align="center"
      className="bubble"
      box={(element) => {
        box.current = element
      }}
    >
      <Tools editor={editor} commands={commands} bar={bar} />
    </Popup>
  )
}

const Tools = ({
  editor,
  commands,
  bar,
}: {
  readonly editor: Editor
  readonly commands: readonly Command[]
  readonly bar: React.RefObject<HTMLDivElement | null>
}) => {
  const all = useEditorState(editor, (each) =>
    JSON.stringify(commands.map((command) => [command.name, stateOf(command, each)])),
  )
  const states = new Map(JSON.parse(all === '' ? '[]' : all) as [string, string][])
  const few = matchMedia(narrow).matches
  const named = (name: string): Command | undefined => commands.find((command) => command.name === name)
  const extra = ['subscript', 'superscript', 'clear']
  const behind = [...(few ? spare : []), ...extra].flatMap((name) => named(name) ?? [])
  const aligned = alignments.find((command) => states.get(command.name)?.includes(' on') === true)
  const back = (): void => focusText(editor)
  return (
    <Toolbar.Root
      ref={bar}
      className="bar"
      aria-label={words['tools.selection']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        back()
      }}
    >
      {few ? null : (
        <>
          <BlockType editor={editor} editable />
          <Toolbar.Separator className="gap" />
        </>
      )}
      {inline
        .filter((name) => !few || !spare.has(name))
        .flatMap((name) => named(name) ?? [])
        .map((command) => (
          <Tool
            key={command.name}
            command={command}
            editor={editor}
            editable
            state={states.get(command.name) ?? ''}
          />
        ))}
      <Toolbar.Separator className="gap" />
      <Menu
        align="start"
        onClosed={back}
        trigger={
          <Toolbar.Button className="tool" aria-label={words['tools.color']} onMouseDown={keepFocus}>
            <Palette aria-hidden="true" />
          </Toolbar.Button>
        }
      >
        <Colors editor={editor} />
      </Menu>
      <Menu
        align="start"
        onClosed={back}
        trigger={
          <Toolbar.Button className="tool" aria-label={words['tools.align']} onMouseDown={keepFocus}>
            <TextAlignStart aria-hidden="true" />
          </Toolbar.Button>
        }
      >
        <Choice
          label={words['tools.align']}
          value={aligned?.name ?? ''}
          onValue={(name) => named(name)?.run(editor)}
          options={alignments.map(({ name, label, icon, keys: [key] }) => ({
            value: name,
            text: label,
            icon,
            keys: key === undefined ? undefined : shown(key),
          }))}
        />
      </Menu>
      <Menu
        align="end"
        onClosed={back}
        trigger={
          <Toolbar.Button className="tool" aria-label={words['tools.more']} onMouseDown={keepFocus}>
            <Ellipsis aria-hidden="true" />
          </Toolbar.Button>
        }
      >
        {behind.map(({ name, label, icon, keys: [key], run, able }) => (
          <Item
            key={name}
            icon={icon}
            keys={key === undefined ? undefined : shown(key)}
            disabled={!able(editor)}
            onSelect={() => run(editor)}
          >
            {label}
          </Item>
        ))}
      </Menu>
    </Toolbar.Root>
  )
}
