import type { JSONContent } from '@tiptap/core'
import { writeAttributes } from './attributes.ts'
import { writeLine } from './lines.ts'
import type { Setting } from './lines.ts'

/**
 * A document as Markdown: what GitHub reads where that has a word for it, directives (`:::name{key=value}`) where it
 * has none. Reading it again gives the same document.
 */
export const writeMarkdown = (doc: JSONContent): string => {
  const found: string[] = []
  const setting: Setting = {
    isOneLine: false,
    note: (content) => {
      const at = found.push('')
      found[at - 1] = writeLine(content, { ...setting, isOneLine: true })
      return at
    },
  }
  const body = blocks(doc.content ?? [], setting)
  const notes = found.map((text, i) => `[^${i + 1}]: ${text}`.trimEnd()).join('\n')
  return [body, notes].filter((part) => part !== '').join('\n\n') + (body === '' ? '' : '\n')
}

const lists = new Set(['bulletList', 'orderedList', 'taskList'])

const blocks = (nodes: readonly JSONContent[], setting: Setting): string =>
  nodes
    .map((node, i) => {
      const before = nodes[i - 1]
      // two lists side by side would be one
      const parted = lists.has(node.type ?? '') && lists.has(before?.type ?? '') ? '<!-- -->\n\n' : ''
      return parted + block(node, setting)
    })
    .join('\n\n')

const attrsOf = (node: JSONContent): Readonly<Record<string, unknown>> => node.attrs ?? {}

const block = (node: JSONContent, setting: Setting): string => {
  const attrs = attrsOf(node)
  const content = node.content ?? []
  const oneLine = (): string => writeLine(content, { ...setting, isOneLine: true })
  switch (node.type ?? '') {
    case 'paragraph':
      return laidOut(attrs, content.length === 0 ? '<br>' : writeLine(content, setting))
    case 'heading':
      return laidOut(attrs, `${'#'.repeat(Number(attrs['level']))} ${headed(oneLine())}`.trimEnd())
    case 'horizontalRule':
      return '---'
    case 'codeBlock':
      return fenced(content.map(({ text }) => text ?? '').join(''), attrs['language'])
    case 'blockquote':
      return quoted(blocks(content, setting))
    case 'callout':
      return quoted(`[!${String(attrs['kind']).toUpperCase()}]\n${blocks(content, setting)}`)
    case 'bulletList':
      return items(content, setting, () => '- ')
    case 'taskList':
      return items(content, setting, ({ attrs }) => (attrs?.['checked'] === true ? '- [x] ' : '- [ ] '))
    case 'orderedList': {
      const first = Number(attrs['start'] ?? 1)
      return items(content, setting, (_item, i) => `${Math.max(first, 0) + i}. `)
    }
    case 'table':
      return simpleTable(content, setting) ?? directive('table', {}, rows(content, setting))
    case 'details': {
      const [summary, inner] = content
      const line = writeLine(summary?.content ?? [], { ...setting, isOneLine: true })
      const body = blocks(inner?.content ?? [], setting)
      if (!/<\/?(?:details|summary)/i.test(line + body))
        return `<details>\n<summary>${line}</summary>\n\n${body}\n\n</details>`
      return directive('details', {}, `${directive('summary', {}, line === '' ? '<br>' : line)}\n\n${body}`)
    }
    case 'columns':
      return directive(
        'columns',
        {},
        content.map((column) => directive('column', {}, blocks(column.content ?? [], setting))).join('\n\n'),
      )
    case 'mathBlock': {
      const latex = String(attrs['latex'])
      const isPlain =
        latex !== '' && latex === latex.trim() && !latex.includes('$$') && !/\n\s*\n/.test(latex)
      return isPlain ? `$$\n${latex}\n$$` : leaf('math', { latex })
    }
    case 'image': {
      const { src, alt, ...rest } = attrs
      const isPlain = Object.entries(rest).every(
        ([key, value]) => value === null || (key === 'align' && value === 'center'),
      )
      const isSimple = isPlain && typeof src === 'string' && content.length === 0 && !/[\s()<>\\]/.test(src)
      if (isSimple) return `![${textLine(alt, setting)}](${src})`
      return directive('image', attrs, content.length === 0 ? '' : writeLine(content, setting))
    }
    case 'file':
    case 'video':
    case 'embed':
      return leaf(node.type ?? '', attrs)
    case 'pageBreak':
      return leaf('pagebreak', {})
    case 'toc':
      return leaf('toc', {})
    default:
      return textLine(attrs['text'], setting)
  }
}

const textLine = (text: unknown, setting: Setting): string =>
  typeof text === 'string' && text !== ''
    ? writeLine([{ type: 'text', text }], { ...setting, isOneLine: true })
    : ''

const leaf = (name: string, attributes: Readonly<Record<string, unknown>>): string =>
  `::${name}${writeAttributes(attributes)}`

/** A block with others in it. Its fence is longer than any within. */
const directive = (name: string, attributes: Readonly<Record<string, unknown>>, inner: string): string => {
  const longest = Math.max(2, ...Array.from(inner.matchAll(/:{3,}/g), ([run]) => run.length))
  const fence = ':'.repeat(longest + 1)
  return `${fence}${name}${writeAttributes(attributes)}\n${inner === '' ? '' : `${inner}\n`}${fence}`
}

const laidOut = (attrs: Readonly<Record<string, unknown>>, written: string): string => {
  const { textAlign: align = null, indent = null, dir = null } = attrs
  return align === null && indent === null && dir === null
    ? written
    : directive('block', { align, indent, dir }, written)
}

const headed = (line: string): string => line.replace(/(?<=^|\s)(#+)$/, '\\$1')

const fenced = (code: string, language: unknown): string => {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`{3,}/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const name = typeof language === 'string' ? language : ''
  return `${fence}${name}\n${code === '' ? '' : `${code}\n`}${fence}`
}

const quoted = (text: string): string => text.replace(/^/gm, '> ').replace(/^> $/gm, '>')

const items = (
  content: readonly JSONContent[],
  setting: Setting,
  marker: (item: JSONContent, i: number) => string,
): string => {
  const isTight = content.every((item) => (item.content?.length ?? 0) < 2)
  return content
    .map((item, i) => {
      const sign = marker(item, i)
      const indent = ' '.repeat(sign.startsWith('- ') ? 2 : sign.length)
      const inner = blocks(item.content ?? [], setting)
      return (sign + inner.replace(/\n(?=[^\n])/g, `\n${indent}`)).trimEnd()
    })
    .join(isTight ? '\n' : '\n\n')
}

const alignOf = (cell: JSONContent | undefined): unknown => cell?.attrs?.['align'] ?? null
const dashes: Readonly<Record<string, string>> = { left: ':---', center: ':---:', right: '---:' }

/** The table as GitHub writes it, or null if it has what that has no word for. */
const simpleTable = (content: readonly JSONContent[], setting: Setting): string | null => {
  const [head, ...body] = content
  const columns = head?.content?.length ?? 0
  const isSimple = ({ content = [], attrs = {} }: JSONContent): boolean => {
    const [only] = content
    const { colspan = 1, rowspan = 1, colwidth = null, background = null } = attrs
    const isPlain = colspan === 1 && rowspan === 1 && colwidth === null && background === null
    const { textAlign = null, indent = null, dir = null } = only?.attrs ?? {}
    const isParagraph = content.length === 1 && only?.type === 'paragraph'
    const isSafe = (only?.content ?? []).every(({ text = '' }) => !/\\\|/.test(text))
    return isPlain && isParagraph && textAlign === null && indent === null && dir === null && isSafe
  }
  const fits = content.every(
    ({ content: cells = [] }, i) =>
      cells.length === columns &&
      cells.every(
        (cell, c) =>
          cell.type === (i === 0 ? 'tableHeader' : 'tableCell') &&
          isSimple(cell) &&
          alignOf(cell) === alignOf(head?.content?.[c]),
      ),
  )
  if (!fits || columns === 0) return null
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const text = ({ content: cells = [] }: JSONContent): string =>
    line(
      cells.map(({ content: [only] = [] }) =>
        writeLine(only?.content ?? [], { ...setting, isOneLine: true }).replaceAll('|', '\\|'),
      ),
    )
  const rule = line((head?.content ?? []).map((cell) => dashes[String(alignOf(cell))] ?? '---'))
  return [head === undefined ? '' : text(head), rule, ...body.map(text)].join('\n')
}

const rows = (content: readonly JSONContent[], setting: Setting): string =>
  content
    .map((row) =>
      directive(
        'row',
        {},
        (row.content ?? [])
          .map(({ type, attrs = {}, content: inner = [] }) => {
            const { colspan = 1, rowspan = 1, ...rest } = attrs
            const spans = { ...(colspan === 1 ? {} : { colspan }), ...(rowspan === 1 ? {} : { rowspan }) }
            return directive(
              type === 'tableHeader' ? 'header' : 'cell',
              { ...spans, ...rest },
              blocks(inner, setting),
            )
          })
          .join('\n\n'),
      ),
    )
    .join('\n\n')
