import { bodyRoot, titleRoot } from '@quire/editor/roots'
import { retitle, titleOf } from '@quire/editor/title'
import * as Y from 'yjs'
import { OpenDocument } from './document.ts'
import type { Author } from './document.ts'
import type { Recovered } from './shelf.ts'
import { words } from './words.ts'

/** A server that has not stored a new document by then is not waited for, in ms. */
const patience = 20_000

/**
 * Writes what was recovered into an empty room of its own: as it was if the server takes that, else its blocks or
 * its text alone. Resolves when it is on the server's disk, with false when it is not.
 */
export const writeNew = async (
  server: string,
  room: string,
  author: Author,
  { state, text, title }: Recovered,
): Promise<boolean> => {
  const named = (doc: Y.Doc): void => retitle(doc, words['recovered.copyOf'](titleOf(doc) || title))
  const fills: ((doc: Y.Doc) => void)[] = [
    (doc) => {
      writeText(doc, text)
      named(doc)
    },
  ]
  if (state !== null) {
    const whole = (doc: Y.Doc): void => {
      Y.applyUpdate(doc, state)
      named(doc)
    }
    const blocks = (doc: Y.Doc): void => {
      const old = new Y.Doc()
      Y.applyUpdate(old, state)
      copyBlocks(old, doc)
      named(doc)
      old.destroy()
    }
    fills.unshift(whole, blocks)
  }
  for (const fill of fills) {
    const outcome = await write(server, room, author, fill)
    if (outcome !== 'refused') return outcome === 'saved'
  }
  return false
}

const write = (
  server: string,
  room: string,
  author: Author,
  fill: (doc: Y.Doc) => void,
): Promise<'saved' | 'refused' | 'failed'> =>
  new Promise((resolve) => {
    const open = new OpenDocument(server, room, author)
    // before the connection is there, so that all of it is one write: an empty room takes its first one whole
    fill(open.doc)
    const end = (outcome: 'saved' | 'refused' | 'failed'): void => {
      clearTimeout(timer)
      stop()
      open.close()
      resolve(outcome)
    }
    const timer = setTimeout(() => end('failed'), patience)
    const stop = open.subscribe(() => {
      const { ended, closed, facts, unsavedSince } = open.standing
      // what is too large as it was may be small enough without its history
      if (facts.refused !== null || ended === 'bad-bytes' || closed === 'too-large') end('refused')
      else if (ended !== null) end('failed')
      else if (facts.saved && unsavedSince === null) end('saved')
    })
  })

/** The text as paragraphs. */
const writeText = (doc: Y.Doc, text: string): void => {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const block = new Y.XmlElement('paragraph')
    const lines = paragraph.split('\n').map((line) => new Y.XmlText(line))
    block.insert(
      0,
      lines.flatMap((line, at) => (at === 0 ? [line] : [new Y.XmlElement('hardBreak'), line])),
    )
    return block
  })
  doc.getXmlFragment(bodyRoot).insert(0, paragraphs)
}

/** Title and blocks, without the history that came with them. */
const copyBlocks = (from: Y.Doc, to: Y.Doc): void => {
  to.getText(titleRoot).insert(0, from.getText(titleRoot).toJSON())
  const blocks = from.getXmlFragment(bodyRoot).toArray()
  to.getXmlFragment(bodyRoot).insert(
    0,
    blocks.filter((block) => block instanceof Y.XmlElement).map((block) => block.clone()),
  )
}
