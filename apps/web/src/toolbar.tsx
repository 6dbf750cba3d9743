import type { Editor } from '@tiptap/core'
import { ChevronDown } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { Fragment, memo, useCallback, useSyncExternalStore } from 'react'
import type { MouseEvent, PointerEvent, RefObject } from 'react'
import { blockTypes, shown, spoken, undoOf } from './commands.ts'
import type { Command } from './commands.ts'
import { focusText } from './editor.ts'
import { Choice, Menu } from './ui/menu.tsx'
import { Tip } from './ui/tip.tsx'
import { words } from './words.ts'

/**
 * Something read from the editor, current once a frame in which it changed has been painted, and at once after each
 * step of undo. What a key does to the toolbar must not delay what it does to the text.
 */
const useEditorState = (editor: Editor | null, read: (editor: Editor) => string): string => {
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

/** What the toolbar shows of a command. */
const stateOf = ({ active, able }: Command, editor: Editor): string =>
  `${active?.(editor) === true ? 'on' : ''} ${able(editor) ? 'able' : ''}`

/** The toolbar must not take the focus: the caret stays where it is and a phone keeps its keyboard. */
const keepFocus = (event: MouseEvent | PointerEvent): void => event.preventDefault()

/** Formatting, always in sight: one stop of Tab, arrows inside, Esc back to the text. */
export const Tools = ({
  editor,
  commands,
  editable,
  box,
}: {
  readonly editor: Editor | null
  readonly commands: readonly (readonly Command[])[]
  readonly editable: boolean
  readonly box: RefObject<HTMLDivElement | null>
}) => {
  const [history, ...groups] = commands
  // read at one place, once a frame
  const all = useEditorState(editor, (each) =>
    commands
      .flat()
      .map((command) => `${command.name} ${stateOf(command, each)}`)
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

const Tool = memo(
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
          aria-pressed={active === null ? undefined : state.includes(' on')}
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

const BlockType = ({ editor, editable }: { readonly editor: Editor | null; readonly editable: boolean }) => {
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
