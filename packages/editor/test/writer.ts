import type { JSONContent } from '@tiptap/core'

/** A source of numbers from 0 up to 1 that a seed replays. */
export type Chance = () => number

/** Numbers that depend on the seed alone (mulberry32). */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const words = [
  'quire',
  'ein',
  '猫',
  '🙂',
  'naïve',
  'שלום',
  'a\u0301',
  '<b>',
  '&amp;',
  '  ',
  '#',
  '\u200b',
  '—',
]
const addresses = ['https://quire.example/a?b=c#d', 'mailto:ada@quire.example', 'tel:+4930']

/** A random document of the grammar, as ProseMirror JSON. */
export const write = (chance: Chance): JSONContent => {
  const below = (n: number): number => Math.floor(chance() * n)
  const one = <T>(list: readonly T[]): T => {
    const picked = list[below(list.length)]
    if (picked === undefined) throw new Error('nothing to choose from')
    return picked
  }
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + below(most) }, make)

  const marks = (): NonNullable<JSONContent['marks']> =>
    chance() < 0.15
      ? [{ type: 'code' }]
      : [
          ...['bold', 'italic', 'underline', 'strike']
            .filter(() => chance() < 0.25)
            .map((type) => ({ type })),
          ...(chance() < 0.15 ? [{ type: 'link', attrs: { href: one(addresses) } }] : []),
        ]
  const inline = (): JSONContent[] =>
    chance() < 0.1
      ? []
      : some(5, () =>
          chance() < 0.1 ? { type: 'hardBreak' } : { type: 'text', text: one(words), marks: marks() },
        )

  const paragraph = (): JSONContent => ({ type: 'paragraph', content: inline() })
  const block = (depth: number): JSONContent => {
    const inside = (most: number): JSONContent[] => some(most, () => block(depth + 1))
    const items = (type: string, attrs: () => Record<string, unknown>): JSONContent[] =>
      some(3, () => ({ type, attrs: attrs(), content: [paragraph(), ...(chance() < 0.3 ? inside(2) : [])] }))
    switch (below(depth > 3 ? 4 : 8)) {
      case 0:
        return { type: 'heading', attrs: { level: 1 + below(3) }, content: inline() }
      case 1:
        return { type: 'horizontalRule' }
      case 2:
        return {
          type: 'codeBlock',
          attrs: { language: one([null, 'ts']) },
          content: [{ type: 'text', text: 'let a\n\tb' }],
        }
      case 4:
        return { type: 'blockquote', content: inside(3) }
      case 5:
        return { type: 'bulletList', content: items('listItem', () => ({})) }
      case 6:
        return {
          type: 'orderedList',
          attrs: { start: 1 + below(9) },
          content: items('listItem', () => ({})),
        }
      case 7:
        return { type: 'taskList', content: items('taskItem', () => ({ checked: chance() < 0.5 })) }
      default:
        return paragraph()
    }
  }
  return { type: 'doc', content: some(8, () => block(0)) }
}
