import type { Command } from '../commands/command.ts'
import { words } from '../words.ts'
import { ranked } from './ranking.ts'
import type { Option } from './suggesting.tsx'
import { usesOf } from './memory.ts'
import { typedSize } from './tableof.ts'

type Insertable = keyof (typeof words)['insert.hints']
type Shelf = 'basic' | 'lists' | 'media' | 'advanced'

interface Offer {
  readonly name: Insertable
  readonly shelf: Shelf
  /** What one can type instead, at the start of a line. */
  readonly markdown?: string
}

const offers: readonly Offer[] = [
  { name: 'text', shelf: 'basic' },
  { name: 'heading1', shelf: 'basic', markdown: '#' },
  { name: 'heading2', shelf: 'basic', markdown: '##' },
  { name: 'heading3', shelf: 'basic', markdown: '###' },
  { name: 'blockquote', shelf: 'basic', markdown: '>' },
  { name: 'divider', shelf: 'basic', markdown: '---' },
  { name: 'bulletList', shelf: 'lists', markdown: '-' },
  { name: 'orderedList', shelf: 'lists', markdown: '1.' },
  { name: 'taskList', shelf: 'lists', markdown: '[]' },
  { name: 'image', shelf: 'media' },
  { name: 'video', shelf: 'media' },
  { name: 'file', shelf: 'media' },
  { name: 'embed', shelf: 'media' },
  { name: 'emoji', shelf: 'media', markdown: ':' },
  { name: 'mention', shelf: 'media', markdown: '@' },
  { name: 'table', shelf: 'advanced' },
  { name: 'callout', shelf: 'advanced' },
  { name: 'details', shelf: 'advanced' },
  { name: 'columns', shelf: 'advanced' },
  { name: 'codeBlock', shelf: 'advanced', markdown: '```' },
  { name: 'mathBlock', shelf: 'advanced', markdown: '$$' },
  { name: 'mathInline', shelf: 'advanced', markdown: '$' },
  { name: 'footnote', shelf: 'advanced' },
  { name: 'toc', shelf: 'advanced' },
  { name: 'pageBreak', shelf: 'advanced' },
]

/** Under this name the browser remembers what was inserted. */
export const insertions = 'quire.inserted'
const mostRecent = 3

/** What "/" offers of these commands: everything by group with the last few used on top, or what matches, best first. */
export const offersFor = (commands: readonly Command[], query: string): readonly Option[] => {
  const byName = new Map(commands.map((command) => [command.name, command]))
  const options = offers.flatMap(({ name, shelf, markdown }): Option[] => {
    const command = byName.get(name)
    if (command === undefined) return []
    return [
      {
        name,
        label: command.label,
        icon: command.icon,
        hint: words['insert.hints'][name],
        aliases: words['insert.aliases'][name],
        shelf: words[`insert.${shelf}`],
        ...(markdown === undefined ? {} : { aside: markdown }),
      },
    ]
  })
  const uses = usesOf(insertions)
  if (query !== '') {
    // one order for all: the groups would pull what matches best down
    const label = words['insert.label']
    const found = ranked(options, query, new Map(uses)).map((option) => ({ ...option, shelf: label }))
    const sized = found.length > 0 ? null : typedSize(query)
    if (sized === null) return found
    const table = ranked(options, sized.name).find(({ name }) => name === 'table')
    if (table === undefined) return []
    const hint = sized.size === null ? table.hint : words['table.sizeOf'](sized.size.columns, sized.size.rows)
    return [{ ...table, shelf: label, ...(hint === undefined ? {} : { hint }) }]
  }
  const recent = uses
    .slice(0, mostRecent)
    .flatMap(([name]) => options.find((option) => option.name === name) ?? [])
    .map((option) => ({ ...option, name: `recent ${option.name}`, shelf: words['insert.recent'] }))
  return [...recent, ...options]
}

/** The command that an option stands for. */
export const commandOf = (commands: readonly Command[], { name }: Option): Command | undefined =>
  commands.find((command) => command.name === name.replace(/^recent /, ''))
