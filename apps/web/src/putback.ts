import type { Editor, JSONContent } from '@tiptap/core'
import { undoOf } from './commands/command.ts'

/**
 * Puts recovered text into the document as paragraphs of its own, in one step of undo: after the block with the
 * caret, or at the very end. The caret is then behind it.
 */
export const putBack = (editor: Editor, text: string, place: 'caret' | 'end'): void => {
  const { doc, selection } = editor.state
  const index = place === 'caret' ? selection.$to.index(0) : doc.childCount - 1
  let end = 0
  for (let at = 0; at <= index; at++) end += doc.child(at).nodeSize
  const block = doc.child(index)
  // an empty paragraph is where somebody was about to write
  const start = block.type.name === 'paragraph' && block.childCount === 0 ? end - block.nodeSize : end
  undoOf(editor)?.stopCapturing()
  editor.chain().insertContentAt({ from: start, to: end }, paragraphsOf(text)).scrollIntoView().run()
  undoOf(editor)?.stopCapturing()
}

const paragraphsOf = (text: string): JSONContent[] =>
  text.split(/\n{2,}/).map((paragraph) => ({
    type: 'paragraph',
    content: paragraph
      .split('\n')
      .flatMap((line, at): JSONContent[] => [
        ...(at === 0 ? [] : [{ type: 'hardBreak' }]),
        ...(line === '' ? [] : [{ type: 'text', text: line }]),
      ]),
  }))
