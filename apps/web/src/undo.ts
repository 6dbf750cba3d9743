import { Extension } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { EditorState } from '@tiptap/pm/state'
import * as Y from 'yjs'
import { bindingOf } from './binding.ts'
import type { Held } from './binding.ts'

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    undoing: {
      /** Takes back the last step of what was done here. */
      undo: () => ReturnType
      /** Does again what was taken back last. */
      redo: () => ReturnType
    }
  }
}

const key = new PluginKey<Y.UndoManager | null>('undo')
const where = 'where'

/** The stacks of what was done here and nothing of others. */
export const undoStacks = (state: EditorState): Y.UndoManager | null => key.getState(state) ?? null

/**
 * Undo of what this page wrote. Nothing that holds what somebody else has written goes with it. The caret returns
 * to where it was before the step.
 */
export const Undo = Extension.create({
  name: 'undoing',

  addCommands() {
    const step =
      (take: (stacks: Y.UndoManager) => unknown, waiting: 'undoStack' | 'redoStack') =>
      () =>
      ({ tr, state, dispatch }: { tr: EditorState['tr']; state: EditorState; dispatch: unknown }) => {
        tr.setMeta('preventDispatch', true) // the change comes from the shared document
        const stacks = undoStacks(state)
        if (stacks === null || stacks[waiting].length === 0) return false
        if (dispatch !== undefined) take(stacks)
        return true
      }
    return {
      undo: step((stacks) => stacks.undo(), 'undoStack'),
      redo: step((stacks) => stacks.redo(), 'redoStack'),
    }
  },

  addProseMirrorPlugins() {
    return [
      new Plugin<Y.UndoManager | null>({
        key,
        state: {
          init: (_config, state) => {
            const binding = bindingOf(state)
            return binding === null
              ? null
              : new Y.UndoManager(binding.projection.root, {
                  trackedOrigins: new Set([binding.origin]),
                  deleteFilter: isEmpty,
                })
          },
          apply: (_transaction, stacks) => stacks,
        },
        view: (view) => {
          const stacks = undoStacks(view.state)
          const binding = bindingOf(view.state)
          if (stacks === null || binding === null) return {}
          const added = ({ stackItem }: { stackItem: Y.UndoManager['undoStack'][number] }): void => {
            if (binding.held !== null) stackItem.meta.set(where, binding.held)
          }
          const popped = ({ stackItem }: { stackItem: Y.UndoManager['undoStack'][number] }): void => {
            const held: Held | undefined = stackItem.meta.get(where)
            if (held !== undefined) binding.select(held)
          }
          stacks.on('stack-item-added', added)
          stacks.on('stack-item-popped', popped)
          return {
            destroy: () => {
              stacks.off('stack-item-added', added)
              stacks.off('stack-item-popped', popped)
            },
          }
        },
      }),
    ]
  },

  onDestroy() {
    undoStacks(this.editor.state)?.destroy()
  },
})

/** An element or a text may go with its own undo only when nothing, of nobody, is left in it. */
const isEmpty = (item: Y.Item): boolean =>
  !(item instanceof Y.Item && item.content instanceof Y.ContentType) || item.content.type._length === 0
