import type { Editor } from '@tiptap/core'
import { ChevronDown } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { useCallback, useSyncExternalStore } from 'react'
import type { MouseEvent, PointerEvent, RefObject } from 'react'
import { blockTypes, shown, spoken, undoOf } from './commands.ts'
import type { Command } from './commands.ts'
import { focusText } from './editor.ts'
import { Choice, Menu } from './ui/menu.tsx'
import { Tip } from './ui/tip.tsx'
import { words } from './words.ts'

/** Something read from the editor, current after each transaction and each step of undo. */
const useEditorState = (editor: Editor | null, read: (editor: Editor) => string): string => {
  const subscribe = useCallback(
    (call: () => void) => {
      if (editor === null) return () => {}
      const steps = undoOf(editor)
      const kinds = ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const
      editor.on('transaction', call)
      for (const kind of kinds) steps?.on(kind, call)
      return () => {
        editor.off('transaction', call)
        for (const kind of kinds) steps?.off(kind, call)
      }
    },
    [editor],
  )
  return useSyncExternalStore(subscribe, () => (editor === null || editor.isDestroyed ? '' : read(editor)))
}

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
        {history?.map((command) => (
          <Tool key={command.name} command={command} editor={editor} editable={editable} />
        ))}
        <Toolbar.Separator className="gap" />
        <BlockType editor={editor} editable={editable} />
        {groups.map((group) => (
          <Group key={group[0]?.name} group={group} editor={editor} editable={editable} />
        ))}
      </div>
    </Toolbar.Root>
  )
}

const Group = ({
  group,
  ...rest
}: {
  readonly group: readonly Command[]
  readonly editor: Editor | null
  readonly editable: boolean
}) => (
  <>
    <Toolbar.Separator className="gap" />
    {group.map((command) => (
      <Tool key={command.name} command={command} {...rest} />
    ))}
  </>
)

const Tool = ({
  command: { label, icon: Icon, keys, active, able, run },
  editor,
  editable,
}: {
  readonly command: Command
  readonly editor: Editor | null
  readonly editable: boolean
}) => {
  const state = useEditorState(
    editor,
    (each) => `${active?.(each) === true ? 'on' : ''} ${able(each) ? 'able' : ''}`,
  )
  const [key] = keys
  return (
    <Tip text={label} keys={key === undefined ? undefined : shown(key)}>
      <Toolbar.Button
        className="tool"
        aria-label={label}
        aria-keyshortcuts={key === undefined ? undefined : spoken(key)}
        aria-pressed={active === null ? undefined : state.includes('on')}
        disabled={!editable || !state.includes('able')}
        onMouseDown={keepFocus}
        onClick={() => {
          if (editor !== null) run(editor)
        }}
      >
        <Icon aria-hidden="true" />
      </Toolbar.Button>
    </Tip>
  )
}

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
