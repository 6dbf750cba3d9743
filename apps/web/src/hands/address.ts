import { blockAt } from '@quire/editor/block'
import type { Editor } from '@tiptap/core'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { useEffect } from 'react'
import { bindingOf } from '../binding.ts'
import { paint } from '../late.ts'
import { blockFrom } from './moving.ts'
import { showBlock } from './going.ts'

/** The block that an address leads to is marked for so long, in ms. */
const marked = 2_000

/** The name of a block at the end of an address, or null. */
const blockIn = (hash: string): string | null => new URLSearchParams(hash.slice(1)).get('b')

/** Shows the block that the page's address names, on opening and whenever a link within the document is followed. */
export const useAddress = (editor: Editor): void => {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const go = (): void => {
      const name = blockIn(location.hash)
      const projection = bindingOf(editor.state)?.projection
      if (name === null || projection === undefined) return
      const at = blockAt(name, projection)
      const block = at === null ? null : blockFrom(editor.state.doc, at)
      if (block === null) return
      showBlock(editor, block.at)
      const mark = Decoration.node(block.at, block.at + block.node.nodeSize, { class: 'meant' })
      paint(editor.view, 'place', DecorationSet.create(editor.state.doc, [mark]))
      clearTimeout(timer)
      timer = setTimeout(() => paint(editor.view, 'place', DecorationSet.empty), marked)
    }
    go()
    window.addEventListener('hashchange', go)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('hashchange', go)
    }
  }, [editor])
}
