import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { Transaction } from '@tiptap/pm/state'
import { AttrStep } from '@tiptap/pm/transform'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { EditorView } from '@tiptap/pm/view'
import { gather } from './gather.ts'
import type { Language } from './languages.ts'

/** Longer code is shown plain: colouring it would take longer than a key may. */
const longest = 20_000

const key = new PluginKey<DecorationSet>('highlight')

type Coloring = typeof import('./coloring.ts')
type Languages = typeof import('./languages.ts')

/**
 * Colours code by its language. What that takes is loaded when the first code with a language is seen, and only
 * blocks that have changed are coloured again.
 */
export const highlight = (): Plugin => {
  let coloring: Coloring | null = null
  let names: Languages | null = null
  const known = new Set<Language>()
  const asked = new Set<string>()
  const all = gather('codeBlock')

  const paint = (node: Node, at: number): Decoration[] => {
    const language = names?.languageOf(node.attrs['language']) ?? null
    if (coloring === null || language === null || !known.has(language)) return []
    const code = node.textContent
    if (code.length > longest || code.length !== node.content.size) return []
    return coloring
      .spansOf(language, code)
      .map(({ from, to, name }) => Decoration.inline(at + 1 + from, at + 1 + to, { class: name }))
  }

  const repaint = (set: DecorationSet, doc: Node, from: number, to: number): DecorationSet => {
    let painted = set
    doc.nodesBetween(from, to, (node, at) => {
      if (node.type.name !== 'codeBlock') return node.isBlock && !node.isTextblock
      painted = painted.remove(painted.find(at, at + node.nodeSize)).add(doc, paint(node, at))
      return false
    })
    return painted
  }

  const after = (tr: Transaction, before: DecorationSet): DecorationSet => {
    if (tr.getMeta(key) === true) return repaint(DecorationSet.empty, tr.doc, 0, tr.doc.content.size)
    if (!tr.docChanged) return before
    let set = before.map(tr.mapping, tr.doc)
    tr.mapping.maps.forEach((map, i) => {
      const rest = tr.mapping.slice(i + 1)
      map.forEach((_from, _to, from, to) => {
        const size = tr.doc.content.size
        set = repaint(set, tr.doc, Math.max(rest.map(from, -1) - 1, 0), Math.min(rest.map(to, 1) + 1, size))
      })
    })
    // an attribute changes without any place being replaced
    tr.steps.forEach((step, i) => {
      if (!(step instanceof AttrStep)) return
      const at = Math.min(tr.mapping.slice(i).map(step.pos), tr.doc.content.size)
      set = repaint(set, tr.doc, at, Math.min(at + 1, tr.doc.content.size))
    })
    return set
  }

  const load = async (view: EditorView, name: string): Promise<void> => {
    names ??= await import('./languages.ts')
    const language = names.languageOf(name)
    if (language === null || known.has(language)) return
    coloring ??= await import('./coloring.ts')
    await coloring.learn(language)
    known.add(language)
    if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, true).setMeta('addToHistory', false))
  }

  const look = (view: EditorView): void => {
    for (const { node } of all(view.state.doc)) {
      const name: unknown = node.attrs['language']
      if (typeof name !== 'string' || asked.has(name)) continue
      asked.add(name)
      // without it the code stays plain; the next code in that language asks again
      load(view, name).catch(() => asked.delete(name))
    }
  }

  return new Plugin<DecorationSet>({
    key,
    state: { init: () => DecorationSet.empty, apply: after },
    props: { decorations: (state) => key.getState(state) },
    view: (view) => {
      let due: ReturnType<typeof setTimeout> | undefined
      const soon = (): void => {
        due ??= setTimeout(() => {
          due = undefined
          if (!view.isDestroyed) look(view)
        }, 50) // a language may still be being typed
      }
      soon()
      return {
        update: (_view, before) => {
          if (before.doc !== view.state.doc) soon()
        },
        destroy: () => clearTimeout(due),
      }
    },
  })
}
