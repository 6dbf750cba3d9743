import { safeHref } from '@quire/editor/href'
import { bodyRoot } from '@quire/editor/roots'
import { blocks } from '@quire/editor/schema'
import { Editor, Extension } from '@tiptap/core'
import { Placeholder } from '@tiptap/extensions/placeholder'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'
import { Bound } from './binding.ts'
import { BlockViews } from './blocks/views.ts'
import { Carets } from './carets.ts'
import { catchUp } from './catchup.ts'
import { undoOf } from './commands/command.ts'
import type { Command } from './commands/command.ts'
import { blockTypes } from './commands/formatting.ts'
import type { OpenDocument } from './document.ts'
import { Late } from './late.ts'
import { Media } from './media/media.ts'
import { plainStyles } from './paste.ts'
import { Pasting } from './pasting/pasting.ts'
import { Undo } from './undo.ts'
import { Closed } from './unknown.ts'
import { words } from './words.ts'

/** What the editor asks of the page around it. */
export interface Surroundings {
  readonly commands: readonly (readonly Command[])[]
  readonly identity: () => string
  /** Puts the focus on the toolbar. */
  readonly toToolbar: () => void
}

/**
 * The surface people type on, bound to the document's body. It must not be made before the document has
 * arrived: what it finds is what it shows. `say` tells the person something in a sentence that passes by.
 */
export const createEditor = (
  open: OpenDocument,
  place: HTMLElement,
  around: Surroundings,
  say: (text: string) => void,
): Editor => {
  const editor = new Editor({
    element: place,
    injectCSS: false,
    extensions: [
      ...blocks,
      Bound.configure({ root: open.doc.getXmlFragment(bodyRoot) }),
      Undo,
      BlockViews,
      Media.configure({
        around: {
          room: open.room,
          root: open.doc.getXmlFragment(bodyRoot),
          awareness: open.awareness,
          known: () => open.known,
          editable: () => editor.isEditable,
        },
      }),
      Pasting.configure({ say }),
      Closed,
      Carets.configure({
        awareness: open.awareness,
        identity: around.identity,
        known: () => open.known,
        onKnown: open.onKnown,
      }),
      Placeholder.configure({ placeholder: words['body.empty'] }),
      held,
      Late,
      keys(around),
      hands,
    ],
    editorProps: {
      transformPastedHTML: plainStyles,
      attributes: {
        class: 'text',
        id: 'text',
        role: 'textbox',
        'aria-multiline': 'true',
        spellcheck: 'true',
      },
    },
  })
  // where lists and tables begin: by the first letter of the text, and not by whoever reads it. Said when the text is
  // there: before, each of 3,000 blocks is looked into as it comes, for 40 ms
  editor.view.dom.dir = 'auto'
  // the binding puts the caret back to where the editor last knew it: a click it has not heard of would be lost
  const stop = open.beforeArrival(() => catchUp(editor.view))
  editor.on('destroy', stop)
  return editor
}

/** Puts the focus on the text at once, so that the very next key arrives there; Tiptap's command waits a frame. */
export const focusText = (editor: Editor, place?: 'start' | 'end'): void => {
  if (place !== undefined)
    editor.commands.setTextSelection(place === 'start' ? 0 : editor.state.doc.content.size)
  editor.view.focus()
}

/** The keyboard, from the one registry of commands. Above the blocks' own keys, which say the same less strictly. */
const keys = ({ commands, toToolbar }: Surroundings): Extension =>
  Extension.create({
    name: 'keys',
    priority: 1_100,
    addKeyboardShortcuts() {
      const { editor } = this
      const bound = [...commands.flat(), ...blockTypes].flatMap((command) =>
        command.keys.map((key) => [
          key,
          () => {
            if (command.able(editor)) command.run(editor)
            return true
          },
        ]),
      )
      return {
        ...Object.fromEntries(bound),
        'Alt-F10': () => {
          toToolbar()
          return true
        },
        'Mod-Enter': () => {
          if (!editor.isActive('taskItem')) return false
          const { checked } = editor.getAttributes('taskItem')
          return editor
            .chain()
            .updateAttributes('taskItem', { checked: checked !== true })
            .run()
        },
      }
    },
  })

/**
 * What was selected stays painted while the focus is in the toolbar or in a panel. It is only painted: touching
 * the browser's selection when the focus comes back would undo the click that brought it.
 */
const held = Extension.create({
  name: 'held',
  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin({
        props: {
          decorations: ({ selection, doc }) =>
            editor.isFocused || !editor.isEditable || selection.empty
              ? null
              : DecorationSet.create(doc, [
                  Decoration.inline(selection.from, selection.to, { class: 'held' }),
                ]),
        },
      }),
    ]
  },
})

/** Keys that act on what is selected, in contrast to those that move or write. */
const acting: ReadonlySet<string> = new Set(['Enter', 'Backspace', 'Delete', 'Tab', 'Escape'])

/** The manners of pointer, clipboard and keys that are no commands. */
const hands = Extension.create({
  name: 'hands',
  priority: 1_050,
  addProseMirrorPlugins() {
    const { editor } = this
    const newStep = (): false => {
      undoOf(editor)?.stopCapturing()
      return false
    }
    let leaves = false
    return [
      new Plugin({
        props: {
          handleClick: (_view, _at, event) => openLink(event),
          handlePaste: (view, event) => linkSelection(view, event.clipboardData?.getData('text/plain') ?? ''),
          handleDOMEvents: {
            // a new step of undo begins where a person would say that something new began
            mousedown: newStep,
            paste: newStep,
            cut: newStep,
            drop: newStep,
            blur: newStep,
            keydown: (view, event) => {
              // AltGr types letters on many keyboards and looks like Ctrl+Alt
              if (event.ctrlKey && event.altKey && event.getModifierState('AltGraph')) return true
              if (event.key === 'Tab' && leaves) return true // Esc, then Tab leaves the text
              if (event.key !== 'Shift') leaves = event.key === 'Escape'
              // a letter too: undo returns the caret to where it stood before the letter
              if (
                event.ctrlKey ||
                event.metaKey ||
                event.altKey ||
                acting.has(event.key) ||
                event.key.length === 1
              )
                catchUp(view)
              return false
            },
          },
        },
      }),
    ]
  },
})

/** Mod and a click open a link in a new tab; a plain click only places the caret. */
const openLink = (event: MouseEvent): boolean => {
  if (!(event.metaKey || event.ctrlKey) || !(event.target instanceof Element)) return false
  const href = safeHref(event.target.closest('a')?.getAttribute('href'))
  if (href === null) return false
  window.open(href, '_blank', 'noopener,noreferrer')
  return true
}

/** An address pasted over selected words makes them a link. */
const linkSelection = (view: EditorView, pasted: string): boolean => {
  const { selection, schema, doc, tr } = view.state
  const href = safeHref(pasted)
  const type = schema.marks['link']
  const { $from, $to } = selection
  if (href === null || type === undefined || selection.empty || !$from.sameParent($to)) return false
  if (!$from.parent.type.allowsMarkType(type) || doc.textBetween(selection.from, selection.to) === '')
    return false
  view.dispatch(tr.addMark(selection.from, selection.to, type.create({ href })))
  return true
}
