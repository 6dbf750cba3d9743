import type { Editor } from '@tiptap/core'
import { ChevronDown, GripVertical, Plus } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { Fragment, memo, useCallback, useSyncExternalStore } from 'react'
import type { MouseEvent, PointerEvent, RefObject } from 'react'
import { shown, spoken, undoOf } from './commands/command.ts'
import type { Command } from './commands/command.ts'
import { blockTypes } from './commands/formatting.ts'
import { focusText } from './editor.ts'
import { Choice, Menu } from './ui/menu.tsx'
import { Tip } from './ui/tip.tsx'
import { words } from './words.ts'

/**
 * Something read from the editor, current once a frame in which it changed has been painted, and at once after each
 * step of undo. What a key does to the toolbar must not delay what it does to the text.
 */
export const useEditorState = (editor: Editor | null, read: (editor: Editor) => string): string => {
  const subscribe = useCallback(
    (call: () => void) => {
      if (editor === null) return () => {}
      const steps = undoOf(editor)
      const kinds = ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const
      let frame = 0
      let timer: ReturnType<typeof setTimeout> | undefined
      const changed = (): void => {
        if (frame !== 0) return
        frame = requestAnimationFrame(() => {
          frame = 0
          clearTimeout(timer)
          timer = setTimeout(call)
        })
      }
      editor.on('transaction', changed)
      for (const kind of kinds) steps?.on(kind, call)
      return () => {
        cancelAnimationFrame(frame)
        clearTimeout(timer)
        editor.off('transaction', changed)
        for (const kind of kinds) steps?.off(kind, call)
      }
    },
    [editor],
  )
  return useSyncExternalStore(subscribe, () => (editor === null || editor.isDestroyed ? '' : read(editor)))
}

/** What a toolbar shows of a command: it is on, on for a part of what is selected, or off; and whether it can be used. */
export const stateOf = ({ name, active, able }: Command, editor: Editor): string => {
  const on = active?.(editor) === true ? ' on' : isOnPartly(name, editor) ? ' mixed' : ''
  return `${on}${able(editor) ? ' able' : ''}`
}

const isOnPartly = (name: string, { state: { selection, schema, doc } }: Editor): boolean => {
  const type = schema.marks[name]
  return type !== undefined && !selection.empty && doc.rangeHasMark(selection.from, selection.to, type)
}

/** The toolbar must not take the focus: the caret stays where it is and a phone keeps its keyboard. */
export const keepFocus = (event: MouseEvent | PointerEvent): void => event.preventDefault()

/** Formatting, always in sight: one stop of Tab, arrows inside, Esc back to the text. */
export const Tools = ({
  editor,
  commands,
  editable,
  box,
  onBlockMenu,
}: {
  readonly editor: Editor | null
  readonly commands: readonly (readonly Command[])[]
  readonly editable: boolean
  readonly box: RefObject<HTMLDivElement | null>
  /** Where there are no handles beside the blocks, their menu has a button here. */
  readonly onBlockMenu: () => void
}) => {
  const [history, ...groups] = commands
  // read at one place, once a frame
  const all = useEditorState(editor, (each) =>
    commands
      .flat()
      .map((command) => `${command.name}${stateOf(command, each)}`)
      .join(),
  )
  const states = new Map(all.split(',').map((state) => [state.split(' ', 1)[0], state]))
  const tool = (command: Command) => (
    <Tool
      key={command.name}
      command={command}
      editor={editor}
      editable={editable}
      state={states.get(command.name) ?? ''}
    />
  )
  return (
    <Toolbar.Root
      ref={box}
      className="toolbar"
      aria-label={words['tools.label']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        if (editor !== null) focusText(editor)
      }}
    >
      <div className={editable ? 'tools' : 'tools still'}>
        {history?.map(tool)}
        <Toolbar.Separator className="gap" />
        <Toolbar.Button
          className="tool touch"
          aria-label={words['insert.label']}
          disabled={!editable || editor === null}
          onMouseDown={keepFocus}
          onClick={() => {
            if (editor !== null) callList(editor)
          }}
        >
          <Plus aria-hidden="true" />
        </Toolbar.Button>
        <Toolbar.Button
          className="tool touch"
          aria-label={words['block.menu']}
          disabled={!editable || editor === null}
          onMouseDown={keepFocus}
          onClick={onBlockMenu}
        >
          <GripVertical aria-hidden="true" />
        </Toolbar.Button>
        <BlockType editor={editor} editable={editable} />
        {groups.map((group) => (
          <Fragment key={group[0]?.name}>
            <Toolbar.Separator className="gap" />
            {group.map(tool)}
          </Fragment>
        ))}
      </div>
    </Toolbar.Root>
  )
}

/** One command as a button of a toolbar. `state` is what `stateOf` said of it. */
export const Tool = memo(
  ({
    command: { label, icon: Icon, keys, active, run },
    editor,
    editable,
    state,
  }: {
    readonly command: Command
    readonly editor: Editor | null
    readonly editable: boolean
    readonly state: string
  }) => {
    const [key] = keys
    return (
      <Tip text={label} keys={key === undefined ? undefined : shown(key)}>
        <Toolbar.Button
          className="tool"
          aria-label={label}
          aria-keyshortcuts={key === undefined ? undefined : spoken(key)}
          aria-pressed={
            active === null ? undefined : state.includes(' mixed') ? 'mixed' : state.includes(' on')
          }
          disabled={!editable || !state.includes(' able')}
          onMouseDown={keepFocus}
          onClick={() => {
            if (editor !== null) run(editor)
          }}
        >
          <Icon aria-hidden="true" />
        </Toolbar.Button>
      </Tip>
    )
  },
)

/** Types what calls the list of blocks. */
const callList = (editor: Editor): void => {
  const { $from } = editor.state.selection
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, ' ')
  editor.view.focus()
  editor.commands.insertContent(before === '' || /\s$/.test(before) ? '/' : ' /')
}

/** What the block of the caret is, and a menu of what it can become. */
export const BlockType = ({
  editor,
  editable,
}: {
  readonly editor: Editor | null
  readonly editable: boolean
}) => {
  const name = useEditorState(editor, (each) => blockTypes.find(({ active }) => active?.(each))?.name ?? '')
  const current = blockTypes.find((type) => type.name === name)
  return (
    <Menu
      align="start"
      onClosed={() => {
        if (editor !== null) focusText(editor)
      }}
      trigger={
        <Toolbar.Button
          className="tool block-type"
          aria-label={words['tools.block'](current?.label ?? words['tools.text'])}
          disabled={!editable || editor === null}
          onMouseDown={keepFocus}
        >
          <span>{current?.label ?? words['tools.text']}</span>
          <ChevronDown aria-hidden="true" />
        </Toolbar.Button>
      }
    >
      <Choice
        label={words['tools.blocks']}
        value={name}
        onValue={(chosen) => {
          if (editor !== null) blockTypes.find((type) => type.name === chosen)?.run(editor)
        }}
        options={blockTypes.map(({ name: value, label, icon, keys: [key] }) => ({
          value,
          text: label,
          icon,
          keys: key === undefined ? undefined : shown(key),
        }))}
      />
    </Menu>
  )
}
