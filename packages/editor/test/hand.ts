import { Editor } from '@tiptap/core'
import type { JSONContent } from '@tiptap/core'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { blocks } from '../src/schema.ts'

const codes: Record<string, number> = { Enter: 13, Backspace: 8, Tab: 9, Delete: 46 }

/** An editor without a screen, and somebody who types in it: letters and keys go where a browser's would. */
export class Hand {
  readonly editor: Editor
  readonly #view: object

  /** `at` is a text behind which the caret stands. */
  constructor(blocksOf: readonly JSONContent[] = [{ type: 'paragraph' }], at = '') {
    const content = { type: 'doc', content: [...blocksOf] }
    const editor = new Editor({ element: null, extensions: blocks, content })
    this.editor = editor
    editor.view.updateState(editor.state.reconfigure({ plugins: editor.extensionManager.plugins }))
    this.#view = {
      get state(): EditorState {
        return editor.state
      },
      dispatch: (tr: Transaction) => editor.view.dispatch(tr),
      endOfTextblock: () => true,
      composing: false,
      editable: true,
    }
    let place = 1
    if (at !== '')
      editor.state.doc.descendants((node, pos) => {
        if (node.isText && (node.text ?? '').includes(at))
          place = pos + (node.text ?? '').indexOf(at) + at.length
      })
    editor.commands.setTextSelection(place)
  }

  /** What the page shows, block by block. */
  get reads(): string {
    return this.editor.state.doc.toString()
  }

  type(text: string): this {
    for (const letter of text) {
      if (letter === '\n') {
        this.press('Enter')
        continue
      }
      const { from, to } = this.editor.state.selection
      const rest = (): Transaction => this.editor.state.tr.insertText(letter, from, to)
      const taken = this.editor.state.plugins.some((plugin) =>
        // the view of a browser has more than anything here asks for
        plugin.props.handleTextInput?.call(plugin, this.#view as never, from, to, letter, rest),
      )
      if (!taken) this.editor.view.dispatch(rest())
    }
    return this
  }

  /** True if something in the editor has taken the key. */
  press(key: string): boolean {
    const parts = key.split('-')
    const name = parts.pop() ?? ''
    const event = {
      key: name,
      keyCode: codes[name] ?? 0,
      ctrlKey: parts.includes('Mod'),
      shiftKey: parts.includes('Shift'),
      altKey: parts.includes('Alt'),
      metaKey: false,
      preventDefault: () => {},
    }
    return this.editor.state.plugins.some(
      (plugin) => plugin.props.handleKeyDown?.call(plugin, this.#view as never, event as never) === true,
    )
  }
}

/** A paragraph that says this. */
export const line = (text: string): JSONContent => ({
  type: 'paragraph',
  ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
})
