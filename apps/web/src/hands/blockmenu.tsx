import type { Editor } from '@tiptap/core'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import { Link2, Palette, Replace, TextAlignStart } from 'lucide-react'
import { carryOut } from '../commands/blocks.ts'
import { asOneStep, shown } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { alignments } from '../commands/styling.ts'
import { copyText } from '../copying.ts'
import { useToast } from '../toast.tsx'
import { Item, MenuLine, SubMenu } from '../ui/menu.tsx'
import { words } from '../words.ts'
import { Colors } from './colors.tsx'
import { doubled, movedBy, without } from './moving.ts'
import type { Block } from './moving.ts'
import { become, kinds } from './turning.ts'

/** What can be done with one block. It is looked up when something is chosen: it may have moved. */
export const BlockMenu = ({
  editor,
  commands,
  block,
  name,
}: {
  readonly editor: Editor
  readonly commands: readonly Command[]
  readonly block: () => Block | null
  readonly name: string
}) => {
  const toast = useToast()
  const on = (act: (block: Block) => void) => (): void => {
    const found = block()
    if (found !== null) act(found)
  }
  const named = (wanted: string): Command | undefined => commands.find((command) => command.name === wanted)
  const run = (wanted: string) =>
    on((found) => {
      const { state, view } = editor
      const from = state.doc.resolve(found.at + 1)
      const inside = TextSelection.between(from, state.doc.resolve(found.at + found.node.nodeSize - 1))
      const selection = found.node.isAtom ? NodeSelection.create(state.doc, found.at) : inside
      view.dispatch(state.tr.setSelection(selection))
      named(wanted)?.run(editor)
    })
  const moving = (delta: -1 | 1) =>
    on((found) => {
      const { state, view } = editor
      const selects = state.selection.from >= found.at && state.selection.to <= found.at + found.node.nodeSize
      if (!selects) view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(found.at + 1))))
      carryOut(editor, movedBy(editor.state, delta)?.tr ?? null)
    })
  const key = (wanted: string): string | undefined => {
    const first = named(wanted)?.keys[0]
    return first === undefined ? undefined : shown(first)
  }
  const icon = (wanted: string) => {
    const found = named(wanted)?.icon
    return found === undefined ? {} : { icon: found }
  }
  const current = block()
  const hasText = current !== null && !current.node.isAtom && current.node.type.name !== 'table'
  return (
    <>
      {hasText ? (
        <>
          <SubMenu icon={Replace} label={words['block.turnInto']}>
            {kinds.flatMap((kind) => {
              const command = named(kind)
              if (command === undefined) return []
              const { label, icon: Icon, keys } = command
              return (
                <Item
                  key={kind}
                  icon={Icon}
                  keys={keys[0] === undefined ? undefined : shown(keys[0])}
                  onSelect={on((found) => asOneStep(editor, () => become(editor, found, kind)))}
                >
                  {label}
                </Item>
              )
            })}
          </SubMenu>
          <SubMenu icon={Palette} label={words['tools.color']}>
            <Colors editor={editor} within={block} />
          </SubMenu>
          <SubMenu icon={TextAlignStart} label={words['tools.align']}>
            {alignments.map(({ name: each, label, icon: Icon, keys }) => (
              <Item
                key={each}
                icon={Icon}
                keys={keys[0] === undefined ? undefined : shown(keys[0])}
                onSelect={run(each)}
              >
                {label}
              </Item>
            ))}
          </SubMenu>
          <MenuLine />
        </>
      ) : null}
      <Item {...icon('moveUp')} keys={key('moveUp')} onSelect={moving(-1)}>
        {words['block.up']}
      </Item>
      <Item {...icon('moveDown')} keys={key('moveDown')} onSelect={moving(1)}>
        {words['block.down']}
      </Item>
      <Item
        {...icon('duplicate')}
        keys={key('duplicate')}
        onSelect={on((found) => carryOut(editor, doubled(editor.state, found)))}
      >
        {words['block.duplicate']}
      </Item>
      <Item
        icon={Link2}
        onSelect={() =>
          void copyText(`${location.origin}${location.pathname}#b=${name}`).then(() =>
            toast({ text: words['share.copied'] }),
          )
        }
      >
        {words['block.copyLink']}
      </Item>
      <MenuLine />
      <Item
        {...icon('delete')}
        danger
        onSelect={on((found) => carryOut(editor, without(editor.state, found)))}
      >
        {words['block.delete']}
      </Item>
    </>
  )
}
