import type { Node } from '@tiptap/pm/model'

/** How much text there is. */
export interface Count {
  readonly words: number
  readonly characters: number
  /** Without spaces. */
  readonly signs: number
}

const none: Count = { words: 0, characters: 0, signs: 0 }

// a sign of these scripts is a word by itself
const eachSign = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu
const word = /[\p{L}\p{N}\p{M}]+(?:['’.\u2010-][\p{L}\p{N}\p{M}]+)*/gu

/** The words and characters of a line. What a reader sees as one character counts as one. */
export const countOf = (text: string): Count => {
  let words = 0
  const rest = text.replace(eachSign, () => {
    words++
    return ' '
  })
  for (const _match of rest.matchAll(word)) words++
  // most lines have no combined signs: then these need no closer look
  const whole = /^[\u0020-\u02ff]*$/.test(text) ? text.length : [...new Intl.Segmenter().segment(text)].length
  return { words, characters: whole, signs: whole - (text.match(/\s/g)?.length ?? 0) }
}

const sum = (a: Count, b: Count): Count => ({
  words: a.words + b.words,
  characters: a.characters + b.characters,
  signs: a.signs + b.signs,
})

const known = new WeakMap<Node, Count>()

/** How much there is in a document. Blocks that nobody has changed are not counted again. */
export const countIn = (node: Node): Count => {
  const before = known.get(node)
  if (before !== undefined) return before
  let count = none
  if (node.isTextblock) count = countOf(node.textBetween(0, node.content.size, undefined, ' '))
  else node.forEach((child) => (count = sum(count, countIn(child))))
  known.set(node, count)
  return count
}

/** How much is selected. */
export const countBetween = (doc: Node, from: number, to: number): Count => {
  let count = none
  doc.nodesBetween(from, to, (node, at) => {
    if (!node.isTextblock) return true
    const start = Math.max(from - at - 1, 0)
    const end = Math.min(to - at - 1, node.content.size)
    if (end > start) count = sum(count, countOf(node.textBetween(start, end, undefined, ' ')))
    return false
  })
  return count
}
