// The projector's threads: documents are built here and nowhere else in the server.
import { parentPort } from 'node:worker_threads'
import { bodyRoot, titleRoot } from '@quire/editor/roots'
import { retitle, titleOf } from '@quire/editor/title'
import { serve } from '@quire/storage/thread'
import { extractRoot } from '@quire/sync/extract-root'
import * as Y from 'yjs'
import type { Answer, Question, Reading } from './projector.ts'

/** The longest text that is searched; what comes after is found by its beginning only. */
const longest = 200_000
/**
 * The most structs of a title that is read by itself. Yjs may take so many steps for each struct as there are structs:
 * more of them are left to the thread that builds whole documents.
 */
const mostStructs = 2000

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

/** Builds the document of these updates and answers from it. */
const build = (updates: readonly Uint8Array[], question: Question): Answer => {
  const doc = new Y.Doc()
  const began = process.threadCpuUsage()
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
    const title = titleOf(doc)
    return { title, text, update: made, cost: process.threadCpuUsage(began).user / 1000 }
  } finally {
    doc.destroy()
  }
}

/** Answers from the title alone, at the cost of reading the bytes; null when that would cost more. */
const readTitle = (updates: readonly Uint8Array[], question: Question): Answer | null => {
  const title = extractRoot(updates, titleRoot)
  return title.structs > mostStructs ? null : build(title.updates, question)
}

serve<Reading>(parentPort, { build, readTitle })
