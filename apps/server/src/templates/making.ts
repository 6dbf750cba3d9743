// A thread of its own: the editor's grammar is large, and reading Markdown holds whoever does it up.
import { parentPort } from 'node:worker_threads'
import { Attic } from '@quire/editor/attic'
import { readMarkdown } from '@quire/editor/markdown'
import { Projection } from '@quire/editor/projection'
import { bodyRoot } from '@quire/editor/roots'
import { schema as grammar } from '@quire/editor/schema'
import { retitle } from '@quire/editor/title'
import { write } from '@quire/editor/writing'
import * as Y from 'yjs'
import { starters } from './texts.ts'

const schema = grammar()
const made = starters.map(({ id, title, markdown }): [string, Uint8Array] => {
  const doc = new Y.Doc()
  const projection = new Projection(doc.getXmlFragment(bodyRoot), schema)
  projection.read()
  doc.transact(() => {
    retitle(doc, title)
    write(schema.nodeFromJSON(readMarkdown(markdown)), projection, new Attic(doc))
  })
  return [id, Y.encodeStateAsUpdate(doc)]
})

parentPort?.postMessage(made)
