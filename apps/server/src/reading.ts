// The projector's thread: documents are built here and nowhere else in the server.
import { parentPort } from 'node:worker_threads'
import { retitle, titleOf } from '@quire/editor/title'
import { bodyRoot } from '@quire/editor/roots'
import * as Y from 'yjs'
import type { Outcome, Task } from './projector.ts'

/** The longest text that is searched; what comes after is found by its beginning only. */
const longest = 200_000

/** All text of a document, a line for each block. */
const textOf = (doc: Y.Doc): string => {
  const lines: string[] = []
  let size = 0
  const visit = (node: Y.XmlFragment): void => {
    for (const child of node.toArray()) {
      if (size >= longest) return
      if (child instanceof Y.XmlText) {
        const words = (child.toDelta() as { insert?: unknown }[])
          .map(({ insert }) => (typeof insert === 'string' ? insert : ' '))
          .join('')
        size += words.length
        lines.push(words)
      } else if (child instanceof Y.XmlFragment) visit(child)
    }
  }
  visit(doc.getXmlFragment(bodyRoot))
  return lines.join('\n').slice(0, longest)
}

const read = ({ number, updates, question }: Task): Outcome => {
  const doc = new Y.Doc()
  try {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update)
    })
    let made: Uint8Array | null = null
    doc.on('update', (update: Uint8Array) => {
      made = update
    })
    if (question.ask === 'retitle') retitle(doc, question.title)
    const text = question.ask === 'words' ? textOf(doc) : ''
    return { number, title: titleOf(doc), text, update: made }
  } catch (error) {
    return { number, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    doc.destroy()
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(read(task)))
