import * as Y from 'yjs'

/** A source of whole numbers below a bound. The same seed gives the same numbers. */
export type Chance = (below: number) => number

/** Mulberry32. */
export const random = (seed: number): Chance => {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** What people do to a document: text, and the shapes that a ProseMirror binding makes. */
export const docOps = [
  'type',
  'erase',
  'format',
  'set',
  'unset',
  'push',
  'paragraph',
  'split',
  'write in a block',
  'mark in a block',
  'attribute',
  'remove a block',
] as const
export type DocOp = (typeof docOps)[number]

const words = ['a', 'be', 'sea ', 'ü', '漢字', '🎉', '\n', 'long text '.repeat(9)]

/** Does it at a place drawn by chance, as one transaction. Does nothing where the document has no such place. */
export const edit = (doc: Y.Doc, op: DocOp, chance: Chance): void => {
  const text = doc.getText('text')
  const body = doc.getXmlFragment('default')
  const pick = <T>(items: readonly T[]): T | undefined => items[chance(items.length || 1)]
  const word = () => pick(words) ?? ''
  const blockText = (): Y.XmlText | undefined => {
    const block = pick(body.toArray())
    const child = block instanceof Y.XmlElement ? block.get(0) : undefined
    return child instanceof Y.XmlText ? child : undefined
  }
  /** A place between two characters: a page never cuts a pair of surrogates in two. */
  const place = (own: Y.Text): number => {
    const letters = plain(own)
    const at = chance(letters.length + 1)
    return isInsidePair(letters, at) ? at - 1 : at
  }
  doc.transact(() => {
    switch (op) {
      case 'type':
        text.insert(place(text), word())
        break
      case 'erase':
        erase(text, place(text))
        break
      case 'format': {
        const [from = 0, to = 0] = [place(text), place(text)].sort((one, other) => one - other)
        if (to > from) text.format(from, to - from, { bold: chance(2) === 0 || null })
        break
      }
      case 'set':
        doc
          .getMap('map')
          .set(word(), pick([1, 'x', null, true, 1.5, -7, [1, { a: 2n ** 40n }], new Uint8Array(3)]))
        break
      case 'unset':
        doc.getMap('map').delete(pick([...doc.getMap('map').keys()]) ?? '')
        break
      case 'push':
        doc.getArray('list').insert(0, [chance(100), { deep: [word()] }])
        break
      case 'paragraph': {
        const block = new Y.XmlElement('paragraph')
        block.insert(0, [new Y.XmlText(word())])
        body.insert(chance(body.length + 1), [block])
        break
      }
      case 'split': {
        const own = blockText()
        if (own === undefined || own.length === 0) break
        const at = place(own)
        const rest = plain(own).slice(at)
        own.delete(at, own.length - at)
        const block = new Y.XmlElement('paragraph')
        block.insert(0, [new Y.XmlText(rest)])
        body.insert(chance(body.length + 1), [block])
        break
      }
      case 'write in a block': {
        const own = blockText()
        own?.insert(own === undefined ? 0 : place(own), word())
        break
      }
      case 'mark in a block': {
        const own = blockText()
        const to = own === undefined ? 0 : place(own)
        if (to > 0) own?.format(0, to, { italic: {} })
        break
      }
      case 'attribute': {
        const block = pick(body.toArray())
        if (block instanceof Y.XmlElement) block.setAttribute('level', String(chance(4)))
        break
      }
      case 'remove a block':
        if (body.length > 3) body.delete(chance(body.length), 1)
        break
      default:
        op satisfies never
    }
  })
}

const plain = (text: Y.Text): string =>
  (text.toDelta() as { insert: unknown }[]).map(({ insert }) => String(insert)).join('')

const isInsidePair = (letters: string, at: number): boolean =>
  /[\uD800-\uDBFF]$/.test(letters.slice(0, at)) && /^[\uDC00-\uDFFF]/.test(letters.slice(at))

const erase = (text: Y.Text, at: number): void => {
  const [letter = ''] = plain(text).slice(at)
  if (letter !== '') text.delete(at, letter.length)
}
