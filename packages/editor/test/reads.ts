// Reads Markdown that is made to be slow, and says the name of each when it has been read.
import { readMarkdown } from '../src/markdown.ts'

const [size, half] = [16_000, 8_000]

const inputs: Readonly<Record<string, string>> = {
  'links that never end': '[a]('.repeat(2 * size),
  'links that end once': `${'[*a]('.repeat(half)})`,
  'comments that never end': '<!-- a\n\n'.repeat(size),
  'comments in lines': 'a <!-- b '.repeat(half),
  'formulas that never end': '$$ a\n\n'.repeat(half),
  'details that never end': '<details><summary>\n\n'.repeat(half),
  'tasks in one another': '- [ ] '.repeat(half),
  'directives that are none': '::math{\n'.repeat(half),
  'short paragraphs': 'a\n\n'.repeat(size),
  'tables that are none': 'a|b\n-|-|-\n'.repeat(4_000),
  'quotes that go on without a sign': '> - a\nb\n> c\n'.repeat(4_000),
  'a long address': `${'a.'.repeat(half)}@`,
  'tags that nothing closes': `${'<b1>'.repeat(half)}${'</c>'.repeat(half)}`,
  'notes in notes': `${Array.from({ length: 60 }, (_, i) => `[^${i}]: [^${i + 1}] [^${i + 1}]\n\n`).join('')}[^0]`,
}

for (const [name, markdown] of Object.entries(inputs)) {
  readMarkdown(markdown)
  process.stdout.write(`${name}\n`)
}
