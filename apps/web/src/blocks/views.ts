import { Extension } from '@tiptap/core'
import { NodeSelection, Plugin } from '@tiptap/pm/state'
import { calloutView } from './callout.ts'
import { codeView } from './code.ts'
import { contents, contentsView } from './contents.ts'
import { detailsView, reveal } from './details.ts'
import { embedView } from './embed.ts'
import { footnoteView, notes, writeNote } from './footnote.ts'
import { highlight } from './highlight.ts'
import { mathView, writeFormula } from './math.ts'

/** How the blocks look that are more than text, and what they do under a hand. */
export const BlockViews = Extension.create({
  name: 'blockViews',
  priority: 900,

  addKeyboardShortcuts() {
    const { editor } = this
    return {
      Enter: () => {
        const { selection } = editor.state
        if (!(selection instanceof NodeSelection)) return false
        const dom = editor.view.nodeDOM(selection.from)
        return writeFormula(dom) || writeNote(dom)
      },
    }
  },

  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin({
        props: {
          nodeViews: {
            callout: calloutView,
            details: detailsView,
            codeBlock: codeView,
            mathInline: mathView('span'),
            mathBlock: mathView('div'),
            footnote: footnoteView(
              () => editor.commands.undo(),
              () => editor.commands.redo(),
            ),
            toc: contentsView,
            embed: embedView,
          },
          handleClick: (view, at, event) => {
            const mention = event.target instanceof Element ? event.target.closest('[data-mention]') : null
            if (mention === null || (view.editable && !event.metaKey && !event.ctrlKey)) return false
            const node = view.state.doc.nodeAt(at) ?? view.state.doc.resolve(at).nodeBefore
            if (node?.attrs['kind'] !== 'document') return false
            window.open(`/d/${encodeURIComponent(String(node.attrs['id']))}`, '_blank', 'noopener')
            return true
          },
        },
        view: () => ({
          // what somebody writes in must be seen by them
          update: (view, before) => {
            if (view.hasFocus() && !before.selection.eq(view.state.selection))
              reveal(view, view.state.selection.head)
          },
        }),
      }),
      highlight(),
      contents(),
      notes(),
    ]
  },
})
