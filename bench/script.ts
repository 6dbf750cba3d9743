import * as Y from 'yjs'
import { frame } from './frames.ts'
import { change, presence } from './message.ts'

const root = 'default'
const words = 'the quick brown fox jumps over a lazy dog and goes on to write about it '

/** What some people will type into a document, all of it made before the clock starts. */
export interface Script {
  /** The document before they begin. */
  readonly base: Uint8Array
  /** Its writers have this client id and the next ones. */
  readonly client: number
  /** For each writer, real updates of one character each; number `n` has the writer's clock `n`. */
  readonly updates: readonly (readonly Uint8Array[])[]
  /** For each writer, the messages that bring an update, and a move of the caret after it. */
  readonly changes: readonly (readonly Buffer[])[]
  readonly carets: readonly (readonly Buffer[])[]
  /** The same, ready for a protocol that puts nothing before its messages. */
  readonly frames: readonly (readonly Buffer[])[]
  readonly caretFrames: readonly (readonly Buffer[])[]
}

/** A document of paragraphs that takes up about `bytes`. */
export const document = (bytes: number, paragraphs: number, client = 1): Uint8Array => {
  const doc = new Y.Doc()
  doc.clientID = client
  const each = Math.max(10, Math.floor(bytes / paragraphs) - 30)
  const text = words.repeat(Math.ceil(each / words.length)).slice(0, each)
  doc.transact(() => {
    const body = doc.getXmlFragment(root)
    for (let index = 0; index < paragraphs; index++) {
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(text)])
      body.push([paragraph])
    }
  })
  return Y.encodeStateAsUpdate(doc)
}

/** The text of a paragraph of a document. */
export const textAt = (doc: Y.Doc, index: number): Y.XmlText => {
  const body = doc.getXmlFragment(root)
  const paragraph = body.get(index % body.length)
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
  if (!(text instanceof Y.XmlText)) throw new Error('There is no text where one was put.')
  return text
}

/** Has each of `writers` type `edits` characters at the end of a paragraph of their own. */
export const script = (base: Uint8Array, writers: number, edits: number): Script => {
  const client = 1_000_000_000
  const updates = Array.from({ length: writers }, (_, writer) => {
    const doc = new Y.Doc()
    doc.clientID = client + writer
    Y.applyUpdate(doc, base)
    const text = textAt(doc, writer)
    const own: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => void own.push(update))
    let length = text.length
    for (let edit = 0; edit < edits; edit++) text.insert(length++, words[edit % words.length] ?? 'x')
    doc.destroy()
    return own
  })
  const changes = updates.map((own) => own.map(change))
  const carets = updates.map((own, writer) => own.map((_, edit) => presence(client + writer, edit + 2, edit)))
  const framed = (messages: readonly (readonly Buffer[])[]) =>
    messages.map((own) => own.map((message) => frame(message)))
  return { base, client, updates, changes, carets, frames: framed(changes), caretFrames: framed(carets) }
}

/** The document when each writer has come as far as `sent` says. */
export const expected = ({ base, updates }: Script, sent: readonly number[]): Y.Doc =>
  made([base, ...updates.flatMap((all, writer) => all.slice(0, sent[writer] ?? 0))])

/** The document that some updates make. */
export const made = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  // one by one, each would cost what a page pays for it: with many client ids that is milliseconds
  doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)))
  return doc
}

/** True when two documents are the same: what they say, and what they know. */
export const same = (one: Y.Doc, other: Y.Doc): boolean =>
  Buffer.from(Y.encodeStateVector(one)).equals(Y.encodeStateVector(other)) &&
  one.getXmlFragment(root).toString() === other.getXmlFragment(root).toString()
