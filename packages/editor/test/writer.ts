import type { JSONContent } from '@tiptap/core'
import { calloutKinds } from '../src/callout.ts'
import { palette } from '../src/palette.ts'

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
const formulas = ['x', '\\frac{a}{b}', 'a_1 < b & c', '\\text{`$` }', '"']
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
          ...(chance() < 0.1 ? [{ type: one(['subscript', 'superscript']) }] : []),
          ...['textColor', 'highlight']
            .filter(() => chance() < 0.1)
            .map((type) => ({ type, attrs: { color: one(palette) } })),
          ...(chance() < 0.15 ? [{ type: 'link', attrs: { href: one(addresses) } }] : []),
        ]
  const inline = (): JSONContent[] =>
    chance() < 0.1
      ? []
      : some(5, () => (chance() < 0.8 ? { type: 'text', text: one(words), marks: marks() } : inLine()))
  const inLine = (): JSONContent => {
    switch (below(4)) {
      case 0:
        return { type: 'mathInline', attrs: { latex: one(formulas) } }
      case 1:
        return { type: 'mention', attrs: { kind: one(['person', 'document']), id: 'x1', label: one(words) } }
      case 2:
        return {
          type: 'footnote',
          content: some(2, () => ({ type: 'text', text: one(words), marks: marks() })),
        }
      default:
        return { type: 'hardBreak' }
    }
  }
  const layout = (): Record<string, unknown> =>
    chance() < 0.8
      ? {}
      : {
          textAlign: one([null, 'center', 'justify']),
          indent: one([null, 1, 8]),
          dir: one([null, 'rtl', 'ltr']),
        }

  const paragraph = (): JSONContent => ({ type: 'paragraph', attrs: layout(), content: inline() })
  const table = (depth: number): JSONContent => {
    const columns = 1 + below(3)
    const hasHead = chance() < 0.7
    const cell = (type: string): JSONContent => ({
      type,
      attrs: {
        align: one([null, 'left', 'center', 'right']),
        background: one([null, null, ...palette]),
        colwidth: one([null, [120]]),
      },
      content: chance() < 0.7 ? [paragraph()] : some(2, () => block(depth + 2)),
    })
    return {
      type: 'table',
      content: some(3, () => 0).map((_, i) => ({
        type: 'tableRow',
        content: Array.from({ length: columns }, () =>
          cell(hasHead && i === 0 ? 'tableHeader' : 'tableCell'),
        ),
      })),
    }
  }
  const picture = (): Record<string, unknown> => ({
    width: one([null, 10, 100]),
    align: one(['left', 'center', 'right']),
    ...(chance() < 0.5 ? { file: 'abcdefghijklmnopqrst-_' } : { src: 'https://quire.example/a.png' }),
  })
  const leaf = (): JSONContent => {
    switch (below(7)) {
      case 0:
        return { type: 'mathBlock', attrs: { latex: one(formulas) } }
      case 1:
        return { type: 'pageBreak' }
      case 2:
        return { type: 'toc' }
      case 3:
        return { type: 'embed', attrs: { href: 'https://youtu.be/abcdefghijk' } }
      case 4:
        return {
          type: 'file',
          attrs: { file: 'abcdefghijklmnopqrst-_', name: one(words), size: below(1e6), mime: 'text/plain' },
        }
      case 5:
        return { type: 'video', attrs: { ...picture(), title: one(words) } }
      default:
        return {
          type: 'image',
          attrs: { ...picture(), alt: one(words), natural: one([null, '640x480']) },
          content: inline(),
        }
    }
  }
  const block = (depth: number): JSONContent => {
    const inside = (most: number): JSONContent[] => some(most, () => block(depth + 1))
    const items = (type: string, attrs: () => Record<string, unknown>): JSONContent[] =>
      some(3, () => ({ type, attrs: attrs(), content: [paragraph(), ...(chance() < 0.3 ? inside(2) : [])] }))
    switch (below(depth > 3 ? 5 : 13)) {
      case 0:
        return { type: 'heading', attrs: { level: 1 + below(6), ...layout() }, content: inline() }
      case 1:
        return { type: 'horizontalRule' }
      case 2:
        return {
          type: 'codeBlock',
          attrs: { language: one([null, 'ts']) },
          content: [{ type: 'text', text: 'let a\n\tb' }],
        }
      case 4:
        return leaf()
      case 8:
        return table(depth)
      case 9:
        return { type: 'callout', attrs: { kind: one(calloutKinds) }, content: inside(2) }
      case 10:
        return {
          type: 'details',
          content: [
            { type: 'detailsSummary', content: inline() },
            { type: 'detailsContent', content: inside(2) },
          ],
        }
      case 11:
        return { type: 'columns', content: some(3, () => ({ type: 'column', content: inside(2) })) }
      case 12:
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
