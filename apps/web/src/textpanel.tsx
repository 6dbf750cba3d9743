import type { Editor } from '@tiptap/core'
import { useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import { focusText } from './editor.ts'
import { Panel } from './ui/panel.tsx'

/** A panel beside the caret, or beside a part of the text; the focus goes back to the text. */
export const TextPanel = ({
  editor,
  range,
  label,
  onClose,
  children,
}: {
  readonly editor: Editor
  readonly range?: { readonly from: number; readonly to: number }
  readonly label: string
  readonly onClose: () => void
  readonly children: ReactNode
}) => {
  const anchor = useRef(
    useMemo(
      () => ({
        getBoundingClientRect: (): DOMRect => {
          const { doc, selection } = editor.state
          const { from, to } = range ?? { from: selection.from, to: selection.from }
          const start = editor.view.coordsAtPos(Math.min(from, doc.content.size))
          const end = editor.view.coordsAtPos(Math.min(to, doc.content.size))
          return new DOMRect(
            start.left,
            start.top,
            Math.max(0, end.right - start.left),
            end.bottom - start.top,
          )
        },
      }),
      [editor, range],
    ),
  )
  return (
    <Panel
      open
      onOpen={(open) => {
        if (!open) onClose()
      }}
      label={label}
      anchor={anchor}
      align="start"
      onClosed={() => focusText(editor)}
    >
      {children}
    </Panel>
  )
}
