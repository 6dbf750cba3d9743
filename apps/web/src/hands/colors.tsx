import { palette } from '@quire/editor/palette'
import type { Color } from '@quire/editor/palette'
import type { Editor } from '@tiptap/core'
import { DropdownMenu } from 'radix-ui'
import { asOneStep } from '../commands/command.ts'
import { MenuLabel } from '../ui/menu.tsx'
import { words } from '../words.ts'
import type { Block } from './moving.ts'

const none = 'none'

/** The ten colours and none, as a row of a menu. */
export const Swatches = ({
  label,
  kind,
  value,
  onValue,
}: {
  readonly label: string
  readonly kind: 'ink' | 'ground'
  readonly value: Color | null
  readonly onValue: (color: Color | null) => void
}) => (
  <>
    <MenuLabel>{label}</MenuLabel>
    <DropdownMenu.RadioGroup className="swatches" aria-label={label} value={value ?? none}>
      {[null, ...palette].map((color) => {
        const name = color === null ? words['tools.noColor'] : words['tools.colorNames'][color]
        return (
          <DropdownMenu.RadioItem
            key={color ?? none}
            value={color ?? none}
            className={`swatch ${kind}`}
            {...{ [kind === 'ink' ? 'data-color' : 'data-highlight']: color ?? none }}
            aria-label={name}
            title={name}
            onSelect={() => onValue(color)}
          >
            <span aria-hidden="true">A</span>
          </DropdownMenu.RadioItem>
        )
      })}
    </DropdownMenu.RadioGroup>
  </>
)

const colorIn = (editor: Editor, mark: string): Color | null =>
  palette.find((name) => editor.isActive(mark) && editor.getAttributes(mark)['color'] === name) ?? null

/** The colours of the selected text and of what is behind it, or of all the text of a block. */
export const Colors = ({
  editor,
  within,
}: {
  readonly editor: Editor
  readonly within?: () => Block | null
}) => {
  const give = (mark: 'textColor' | 'highlight') => (color: Color | null) =>
    asOneStep(editor, () => {
      const block = within?.()
      if (block === undefined) {
        if (mark === 'textColor') editor.chain().setTextColor(color).run()
        else editor.chain().setHighlight(color).run()
        return
      }
      const type = editor.schema.marks[mark]
      if (block === null || type === undefined) return
      const [from, to] = [block.at + 1, block.at + block.node.nodeSize - 1]
      const { tr } = editor.state
      editor.view.dispatch(
        color === null ? tr.removeMark(from, to, type) : tr.addMark(from, to, type.create({ color })),
      )
    })
  return (
    <>
      <Swatches
        label={words['tools.textColor']}
        kind="ink"
        value={within === undefined ? colorIn(editor, 'textColor') : null}
        onValue={give('textColor')}
      />
      <Swatches
        label={words['tools.background']}
        kind="ground"
        value={within === undefined ? colorIn(editor, 'highlight') : null}
        onValue={give('highlight')}
      />
    </>
  )
}
