import * as Y from 'yjs'

const words =
  'the room keeps what everyone wrote and tells nobody less than they typed while a long page stays quick under every hand'.split(
    ' ',
  )

/** A document of so many blocks, about 80 letters each, as a person would have structured it. Always the same. */
export const documentOf = (blocks: number): Y.Doc => {
  const doc = new Y.Doc()
  doc.clientID = 1
  let state = 7
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const line = (length: number): string =>
    Array.from({ length }, () => words[next(words.length)] ?? '').join(' ')
  const block = (at: number): Y.XmlElement => {
    const text = new Y.XmlText()
    if (at % 20 === 0) {
      const heading = new Y.XmlElement('heading')
      heading.setAttribute('level', (at % 100 === 0 ? 1 : 2) as unknown as string) // its type speaks of text
      text.insert(0, line(5))
      heading.insert(0, [text])
      return heading
    }
    const paragraph = new Y.XmlElement('paragraph')
    const bold = at % 3 === 0 ? [{ insert: ` ${line(3)}`, attributes: { bold: {} } }] : []
    text.applyDelta([{ insert: line(12) }, ...bold], { sanitize: false })
    paragraph.insert(0, [text])
    if (at % 12 !== 5) return paragraph
    const list = new Y.XmlElement('bulletList')
    const item = new Y.XmlElement('listItem')
    item.insert(0, [paragraph])
    list.insert(0, [item])
    return list
  }
  const body = doc.getXmlFragment('default')
  for (let at = 0; at < blocks; at += 500)
    doc.transact(() =>
      body.insert(
        at,
        Array.from({ length: Math.min(500, blocks - at) }, (_, i) => block(at + i)),
      ),
    )
  return doc
}

/** The same document, after so many clients had written in a paragraph that is gone. */
export const aged = (doc: Y.Doc, clients: number): Y.Doc => {
  const body = doc.getXmlFragment('default')
  const text = new Y.XmlText()
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [text])
  body.insert(0, [paragraph])
  // at once: each transaction walks through every client there is
  doc.transact(() => {
    for (let index = 0; index < clients; index++) {
      doc.clientID = 1000 + index * 7
      text.insert(index, 'x')
    }
  })
  body.delete(0)
  return doc
}
