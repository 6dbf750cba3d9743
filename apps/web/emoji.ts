import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

// Makes src/emoji/data.json, all the emoji and the words that find them, from emojibase-data. Run by hand when that
// is a newer one: node emoji.ts

interface Emoji {
  readonly emoji: string
  readonly label: string
  readonly hexcode: string
  readonly tags?: readonly string[]
  readonly group?: number
  readonly order?: number
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | readonly number[] }[]
}

const require = createRequire(import.meta.url)
const read = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(require.resolve(`emojibase-data/en/${name}`), 'utf8')) as T // as it is published

const all = await read<Emoji[]>('data.json')
const codes = await read<Record<string, string | string[]>>('shortcodes/github.json')

/** The five tones, if they are what one gets by putting the tone behind the first sign. */
const isToned = ({ emoji, skins }: Emoji): boolean => {
  const [first = '', ...rest] = Array.from(emoji.replaceAll('\ufe0f', ''))
  const plain = skins?.filter(({ tone }) => typeof tone === 'number') ?? []
  return (
    plain.length === 5 &&
    plain.every(
      ({ emoji: toned, tone }) =>
        toned.replaceAll('\ufe0f', '') ===
        first + String.fromCodePoint(0x1f3fa + Number(tone)) + rest.join(''),
    )
  )
}

const lines = all
  .filter(({ group }) => group !== undefined && group !== 2) // skin tones and hair alone are of no use
  .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
  .map((each) => {
    const { emoji, label, tags = [], hexcode, group } = each
    const named = [codes[hexcode] ?? []].flat()
    const words = [...new Set([...named, ...tags].map((word) => word.toLowerCase()))]
    return [emoji, label, words.join(' '), group, isToned(each) ? 1 : 0]
  })

const file = new URL('src/emoji/data.json', import.meta.url)
await writeFile(file, `[\n${lines.map((line) => JSON.stringify(line)).join(',\n')}\n]\n`)
process.stdout.write(`${lines.length} emoji\n`)
