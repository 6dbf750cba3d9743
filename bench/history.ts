import * as Y from 'yjs'

/** Numbers between 0 and 1, the same ones for the same seed. */
const numbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * The life of a long document: `keystrokes` by four people in sittings, each sitting under a client id of its own.
 * They write words at the caret, take back letters and whole words, go back and mend, split paragraphs. Returned are
 * its updates, each of some 200 keystrokes. The same for the same seed.
 */
export const history = (keystrokes: number, seed = 7): Uint8Array[] => {
  const next = numbers(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => void updates.push(update))
  const body = doc.getXmlFragment('default')
  let text = new Y.XmlText()
  let at = 0
  const split = (): void => {
    const paragraph = new Y.XmlElement('paragraph')
    text = new Y.XmlText()
    paragraph.insert(0, [text])
    const place = next() < 0.7 ? body.length : below(body.length + 1)
    body.insert(place, [paragraph])
    at = 0
  }
  const go = (): void => {
    const paragraph = body.get(below(body.length))
    const found = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
    if (found instanceof Y.XmlText) text = found
    at = below(text.length + 1)
  }
  const key = (): void => {
    const dice = next()
    if (dice < 0.003) split()
    else if (dice < 0.013) go()
    else if (dice < 0.1 && at > 0) text.delete(--at, 1)
    else if (dice < 0.102 && at > 8) text.delete((at -= 8), 8)
    else text.insert(at++, ' etaoinshrdlu'[below(13)] ?? ' ')
  }
  doc.clientID = 1
  doc.transact(split)
  for (let done = 0; done < keystrokes; done += 200) {
    if (done % 10_000 === 0) {
      doc.clientID = 1 + below(2 ** 31)
      if (done > 0) go()
    }
    doc.transact(() => {
      for (let each = 0; each < 200; each++) key()
    })
  }
  return updates
}

/** A document that this many client ids have written to, a few characters each, some of them deleted. */
export const oldDocument = (clients: number, paragraphs: number): Uint8Array => {
  const next = numbers(11)
  const doc = new Y.Doc()
  const body = doc.getXmlFragment('default')
  const texts: Y.XmlText[] = []
  for (let index = 0; index < clients; index++) {
    doc.clientID = 1 + Math.floor(next() * 900_000_000)
    const mine = texts[index % paragraphs]
    if (mine === undefined) {
      const paragraph = new Y.XmlElement('paragraph')
      const text = new Y.XmlText()
      paragraph.insert(0, [text])
      body.push([paragraph])
      texts.push(text)
      text.insert(0, 'a beginning ')
    } else {
      mine.insert(Math.floor(next() * mine.length), 'words ')
      if (index % 3 === 0) mine.delete(0, 2)
    }
  }
  while (texts.length < paragraphs) {
    const paragraph = new Y.XmlElement('paragraph')
    const text = new Y.XmlText()
    paragraph.insert(0, [text])
    body.push([paragraph])
    texts.push(text)
  }
  return Y.encodeStateAsUpdate(doc)
}
