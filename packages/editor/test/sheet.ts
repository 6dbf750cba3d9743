import { EditorState } from '@tiptap/pm/state'
import type { Transaction } from '@tiptap/pm/state'
import type { Node, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { Attic } from '../src/attic.ts'
import { Projection } from '../src/projection.ts'
import { bodyRoot } from '../src/roots.ts'
import { schema } from '../src/schema.ts'
import { write } from '../src/writing.ts'

/** The grammar that the tests speak: nodes of two of them do not mix. */
export const grammar = schema()

/** A page without a screen: what it shows, and a hand that edits it as a person would. */
export class Sheet {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly projection: Projection
  readonly attic: Attic
  /** Every update that left this page. */
  readonly sent: Uint8Array[] = []
  shown: Node

  constructor(doc: Y.Doc = new Y.Doc(), words: Schema = grammar, longFrom?: number) {
    this.doc = doc
    this.body = doc.getXmlFragment(bodyRoot)
    this.projection = new Projection(this.body, words, longFrom)
    this.attic = new Attic(doc)
    this.shown = this.projection.read()
    this.body.observeDeep((_events, transaction) => this.projection.heard(transaction))
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) this.sent.push(update)
      else this.shown = this.projection.read()
    })
  }

  /** One act of a person. The page shows afterwards what is stored. */
  edit(act: (transform: Transaction) => Transaction): this {
    const wanted = act(EditorState.create({ doc: this.shown }).tr).doc
    this.doc.transact(() => write(wanted, this.projection, this.attic), this)
    this.shown = this.projection.read()
    return this
  }

  /** Where some text stands in what is shown. */
  find(text: string): number {
    let at = -1
    this.shown.descendants((node, pos) => {
      const inside = node.isText ? (node.text ?? '').indexOf(text) : -1
      if (inside >= 0 && at < 0) at = pos + inside
    })
    if (at < 0) throw new Error(`nobody reads “${text}”`)
    return at
  }

  /** Where the first node of that type begins. */
  place(type: string): number {
    let at = -1
    this.shown.descendants((node, pos) => {
      if (node.type.name === type && at < 0) at = pos
    })
    if (at < 0) throw new Error(`nobody sees a ${type}`)
    return at
  }
}

/** What is stored, deletions and all: equal bytes are an equal document. */
export const stored = (doc: Y.Doc): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('hex')

/** Something to put into a body, written out: `[name, attributes, ...children]`, a text as a string or a delta. */
export type Sketch = [string, Record<string, unknown>, ...(Sketch | string | object[])[]]

/** Makes an element of a sketch. */
export const element = ([name, attributes, ...children]: Sketch): Y.XmlElement => {
  const made = new Y.XmlElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string) // any JSON
  made.insert(0, children.map(child))
  return made
}

const isSketch = (child: Sketch | object[]): child is Sketch => typeof child[0] === 'string'

const child = (sketch: Sketch | string | object[]): Y.XmlElement | Y.XmlText => {
  if (typeof sketch === 'string') return new Y.XmlText(sketch)
  if (isSketch(sketch)) return element(sketch)
  const text = new Y.XmlText()
  text.applyDelta(sketch, { sanitize: false })
  return text
}

/** A document whose body holds these. */
export const bodyOf = (...sketches: (Sketch | string)[]): Y.Doc => {
  const doc = new Y.Doc()
  doc.getXmlFragment(bodyRoot).insert(0, sketches.map(child))
  return doc
}
