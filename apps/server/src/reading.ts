// The projector's thread: documents are built here and nowhere else in the server.
import { parentPort } from 'node:worker_threads'
import { retitle, titleOf } from '@quire/editor/title'
import * as Y from 'yjs'
import type { Outcome, Task } from './projector.ts'

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
    return { number, title: titleOf(doc), update: made }
  } catch (error) {
    return { number, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    doc.destroy()
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(read(task)))
