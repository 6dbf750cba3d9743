import type { JSONContent } from '@tiptap/core'
import { Marked } from 'marked'
import type { Token, TokenizerExtension, Tokens, TokensList } from 'marked'
import { calloutKindOf } from '../callout.ts'
import { embedOf } from '../embeds.ts'
import { safeHref } from '../href.ts'
import { webSource } from '../media.ts'
import { colorOf } from '../palette.ts'
import { cellAligns, spanOf, widthsOf } from '../tablesize.ts'
import { entities, readAttributes } from './attributes.ts'
import { BoundedLexer, maxBlockDepth } from './bounded-lexer.ts'

/** What we read that GitHub does not, as one more kind of token each. */
interface Own extends Tokens.Generic {
  readonly name?: string
  readonly attributes?: Map<string, string>
  readonly text?: string
  readonly summary?: string
  readonly label?: string
}

const own = (
  name: string,
  level: 'block' | 'inline',
  start: RegExp,
  read: (source: string) => (Omit<Own, 'type'> & { raw: string }) | undefined,
): TokenizerExtension => ({
  name,
  level,
  start(source) {
    const at =
      this.lexer instanceof BoundedLexer ? this.lexer.nextStart(name, source, start) : source.search(start)
    return at < 0 ? undefined : level === 'block' ? at + 1 : at // a block begins behind the break of a line
  },
  tokenizer: (source) => {
    const token = read(source)
    return token === undefined ? undefined : { type: name, ...token }
  },
})

const opening = /^(:{3,})([a-z]+)(\{[^\n]*\})?[ \t]*(?:\n|$)/

const container = own('container', 'block', /\n:::+[a-z]/, (source) => {
  const found = opening.exec(source)
  if (found === null) return undefined
  const [head, fence = '', name = '', attributes = ''] = found
  const rest = source.slice(head.length)
  const end = new RegExp(`^:{${fence.length},}[ \\t]*$`, 'm').exec(rest)
  const inner = end === null ? rest : rest.slice(0, end.index)
  const raw = end === null ? source : source.slice(0, head.length + end.index + end[0].length)
  return { raw, name, attributes: readAttributes(attributes), text: inner.replace(/\n$/, '') }
})

const leaf = own('leaf', 'block', /\n::[a-z]/, (source) => {
  const found = /^::([a-z]+)(\{[^\n]*\})?[ \t]*(?:\n|$)/.exec(source)
  if (found === null) return undefined
  return { raw: found[0], name: found[1] ?? '', attributes: readAttributes(found[2] ?? '') }
})

/** Formulas and summaries are looked for within so many UTF-16 units: what is never closed is not searched to the end. */
const maxBlockSearch = 10_000

const display = own('display', 'block', /\n\$\$/, (source) => {
  if (!source.startsWith('$$')) return undefined
  const closing = /\$\$[ \t]*(?:\n|$)/g // the first that ends a line
  closing.lastIndex = 3
  const end = closing.exec(source.slice(0, maxBlockSearch))
  const text = end === null ? '' : source.slice(2, end.index).trim()
  return end === null || text === '' ? undefined : { raw: source.slice(0, closing.lastIndex), text }
})

const details = own('details', 'block', /\n<details/i, (source) => {
  if (!/^<details\b/i.test(source)) return undefined
  const near = source.slice(0, maxBlockSearch)
  const head = /^<details[^<>\n]*>\s*(?:<summary[^<>\n]*>([\s\S]*?)<\/summary>)?/i.exec(near)
  if (head === null) return undefined
  let depth = 0
  for (const found of source.matchAll(/<(\/?)details\b[^<>\n]*>/gi)) {
    depth += found[1] === '' ? 1 : -1
    if (depth > maxBlockDepth) return undefined // so that many which are never closed are not each searched to the end
    if (depth > 0) continue
    const raw = source.slice(0, found.index + found[0].length)
    return { raw, summary: (head[1] ?? '').trim(), text: source.slice(head[0].length, found.index) }
  }
  return undefined
})

const definition = own('definition', 'block', /\n\[\^[^\]\n]+\]:/, (source) => {
  const found = /^\[\^([^\]\n]+)\]:[ \t]*((?:(?!\[\^[^\]\n]+\]:)[^\n]+(?:\n[ \t]*|$))*)\n*/.exec(source)
  return found === null ? undefined : { raw: found[0], label: found[1] ?? '', text: (found[2] ?? '').trim() }
})

const reference = own('reference', 'inline', /\[\^/, (source) => {
  const found = /^\[\^([^\]\s]+)\]/.exec(source)
  return found === null ? undefined : { raw: found[0], label: found[1] ?? '' }
})

const formula = own('formula', 'inline', /\$/, (source) => {
  const found = /^\$([^\s$](?:[^$\n]*?[^\s$\\])?)\$(?!\d)/.exec(source)
  return found === null ? undefined : { raw: found[0], text: found[1] ?? '' }
})

const lit = own('lit', 'inline', /==/, (source) => {
  const found = /^==(?!\s)([^=\n]+)(?<!\s)==/.exec(source)
  return found === null ? undefined : { raw: found[0], text: found[1] ?? '' }
})

const marked = new Marked({
  gfm: true,
  extensions: [container, leaf, display, details, definition, reference, formula, lit],
})

type Mark = NonNullable<JSONContent['marks']>[number]

/** What a reading knows besides the token at hand. */
interface Notes {
  readonly texts: Map<string, string>
  /** True within a note: notes in notes are left out, and a note that names itself ends. */
  isOpen: boolean
  /** How many UTF-16 units of notes and addresses may still be put where they are named, be it many times. */
  left: number
  /** How many blocks that we read ourselves are around what is read. */
  depth: number
}

const lex = (text: string, notes: Notes): TokensList =>
  new BoundedLexer(marked.defaults, notes.depth).lex(text)

/** Markdown as a document of our grammar. Total: what has no meaning stays as text. */
export const readMarkdown = (markdown: string): JSONContent => {
  try {
    const notes: Notes = { texts: new Map(), isOpen: false, left: 100_000 + 4 * markdown.length, depth: 0 }
    const content = within(keepTabs(markdown), notes)
    return { type: 'doc', content: content.length === 0 ? [{ type: 'paragraph' }] : content }
  } catch (error) {
    // nested more deeply than the stack is: it comes line by line
    if (!(error instanceof RangeError)) throw error
    return { type: 'doc', content: markdown.split('\n').map((text) => paragraph(textOf(text, []))) }
  }
}

/** Stands for a tab in code: what reads lists would make spaces of it. */
const tab = '\ue009'

const keepTabs = (markdown: string): string => {
  if (!markdown.includes('\t')) return markdown
  let fence: { readonly sign: string; readonly indent: number } | null = null
  return markdown
    .split('\n')
    .map((line) => {
      const found: RegExpExecArray | null = /^((?:[ >]|[-*+](?= )|\d{1,9}[.)](?= ))*)(`{3,}|~{3,})/.exec(line)
      const [, before = '', sign = ''] = found ?? []
      if (fence === null) {
        if (found !== null) fence = { sign, indent: before.length }
        return line
      }
      const { indent } = fence
      if (found !== null && sign.startsWith(fence.sign)) fence = null
      return line.slice(0, indent) + line.slice(indent).replaceAll('\t', tab)
    })
    .join('\n')
}

const gatherNotes = (tokens: readonly Token[], notes: Notes): void => {
  for (const token of tokens) {
    const { label, text } = token as Own
    if (token.type === 'definition' && label !== undefined && !notes.texts.has(label))
      notes.texts.set(label, text ?? '')
  }
}

const within = (text: string, notes: Notes): JSONContent[] => {
  const tokens = lex(text, notes)
  gatherNotes(tokens, notes)
  notes.depth++
  const blocks = blocksOf(tokens, notes)
  notes.depth--
  return blocks
}

const some = (content: JSONContent[]): JSONContent[] =>
  content.length === 0 ? [{ type: 'paragraph' }] : content

const paragraph = (content: readonly JSONContent[]): JSONContent =>
  content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content: [...content] }

const blocksOf = (tokens: readonly Token[], notes: Notes): JSONContent[] =>
  tokens.flatMap((token) => blockOf(token, notes))

const blockOf = (generic: Token, notes: Notes): JSONContent[] => {
  const token = generic as Own
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return paragraphs(lineOf(inlineOf(token), notes))
    case 'heading':
      return [headingOf(Number(token['depth']), lineOf(inlineOf(token), notes))]
    case 'hr':
      return [{ type: 'horizontalRule' }]
    case 'code': {
      const language = /^[\w+#.-]{1,40}/.exec(String(token['lang'] ?? ''))?.[0] ?? null
      const text = (token.text ?? '').replaceAll(tab, '\t')
      return [
        {
          type: 'codeBlock',
          attrs: { language },
          ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
        },
      ]
    }
    case 'blockquote': {
      const { text = '' } = token
      const found = /^\[!(\w+)\][ \t]*(?:\n|$)/.exec(text)
      const kind = calloutKindOf(found?.[1])
      if (found !== null && kind !== null)
        return [
          { type: 'callout', attrs: { kind }, content: some(within(text.slice(found[0].length), notes)) },
        ]
      return [{ type: 'blockquote', content: some(blocksOf(token.tokens ?? [], notes)) }]
    }
    case 'list':
      return listsOf(token as unknown as Tokens.List, notes)
    case 'table':
      return [tableOf(token as unknown as Tokens.Table, notes)]
    case 'html':
      return htmlOf(token.text ?? token.raw, notes)
    case 'display':
      return [{ type: 'mathBlock', attrs: { latex: token.text ?? '' } }]
    case 'details':
      return [detailsOf(inlineNodes(token.summary ?? '', notes), some(within(token.text ?? '', notes)))]
    case 'container':
      return containerOf(token, notes)
    case 'leaf':
      return leafOf(token)
    default:
      return []
  }
}

const inlineOf = (token: Own): readonly Token[] => token.tokens ?? lexInline(token.text ?? token.raw)

const lexInline = (text: string): Token[] => new BoundedLexer(marked.defaults, 0).inlineTokens(text)

const inlineNodes = (text: string, notes: Notes): JSONContent[] => lineOf(lexInline(text), notes)

const headingOf = (level: number, line: readonly JSONContent[]): JSONContent => {
  const content = line.filter(({ type }) => type !== 'image')
  return { type: 'heading', attrs: { level }, ...(content.length === 0 ? {} : { content }) }
}

const detailsOf = (summary: readonly JSONContent[], content: JSONContent[]): JSONContent => ({
  type: 'details',
  content: [
    { type: 'detailsSummary', ...(isEmptyLine(summary) ? {} : { content: noPictures(summary) }) },
    { type: 'detailsContent', content },
  ],
})

/** A line break alone stands for a line with nothing in it. */
const isEmptyLine = (line: readonly JSONContent[]): boolean =>
  line.length === 0 ||
  (line.length === 1 && line[0]?.type === 'hardBreak' && line[0].attrs?.['bare'] === true)

const plainBreaks = (line: readonly JSONContent[]): JSONContent[] =>
  line.map((node) => (node.type === 'hardBreak' ? { type: 'hardBreak' } : node))

const noPictures = (line: readonly JSONContent[]): JSONContent[] =>
  plainBreaks(line).flatMap((node) =>
    node.type === 'image' ? textOf(String(node.attrs?.['alt'] ?? ''), []) : [node],
  )

/** A line with pictures in it as paragraphs and pictures. */
const paragraphs = (line: readonly JSONContent[]): JSONContent[] => {
  if (isEmptyLine(line)) return [{ type: 'paragraph' }]
  const made: JSONContent[] = []
  let part: JSONContent[] = []
  const end = (): void => {
    if (
      part.some(({ type, text }) => type !== 'hardBreak' && (type !== 'text' || text?.trim() !== '')) ||
      (made.length === 0 && part.length > 0)
    )
      made.push(paragraph(part))
    part = []
  }
  for (const node of plainBreaks(line))
    if (node.type === 'image') {
      end()
      made.push(node)
    } else part.push(node)
  end()
  return made
}

const textOf = (text: string, marks: readonly Mark[]): JSONContent[] =>
  text === '' ? [] : [carrying({ type: 'text', text }, marks)]

/** Something in a line with these marks. */
const carrying = (node: JSONContent, marks: readonly Mark[]): JSONContent =>
  marks.length === 0 ? node : { ...node, marks: [...marks] }

const tagMarks: Readonly<Record<string, string>> = {
  strong: 'bold',
  b: 'bold',
  em: 'italic',
  i: 'italic',
  s: 'strike',
  del: 'strike',
  strike: 'strike',
  u: 'underline',
  ins: 'underline',
  sub: 'subscript',
  sup: 'superscript',
  code: 'code',
}

const withMark = (marks: readonly Mark[], mark: Mark): Mark[] => [
  ...marks.filter(({ type }) => type !== mark.type),
  mark,
]

/** Tags within one another; what is opened beyond that ends with the line. */
const maxOpenTags = 100

interface Opened {
  readonly tag: string
  readonly before: readonly Mark[]
}

/** The nodes of a line. What a tag opens it closes; a tag that is never closed ends with the line. */
const lineOf = (tokens: readonly Token[], notes: Notes): JSONContent[] => {
  const nodes: JSONContent[] = []
  const add = (node: JSONContent): void => {
    const last = nodes.at(-1)
    if (
      node.type === 'text' &&
      last?.type === 'text' &&
      JSON.stringify(last.marks) === JSON.stringify(node.marks)
    )
      nodes[nodes.length - 1] = { ...last, text: (last.text ?? '') + (node.text ?? '') }
    else nodes.push(node)
  }
  const walk = (inner: readonly Token[], outer: readonly Mark[]): void => {
    let marks = outer
    const open: Opened[] = []
    let muted = 0
    for (const generic of inner) {
      const token = generic as Own
      const { text = '' } = token
      if (token.type === 'html') {
        const found = /^<(\/?)([a-z][a-z0-9]*)\b([\s\S]*?)\/?>$/i.exec(token.raw)
        if (found === null) continue
        const tag = (found[2] ?? '').toLowerCase()
        if (tag === 'br') {
          if (muted === 0)
            add({ type: 'hardBreak', ...(inner.length === 1 ? { attrs: { bare: true } } : {}) })
          continue
        }
        if (found[1] === '/') {
          const at = open.findLastIndex((each) => each.tag === tag)
          if (at < 0) continue
          if (muted > at) muted = 0
          marks = open[at]?.before ?? outer
          open.length = at
          continue
        }
        const attributes = readAttributes(found[3] ?? '')
        const before = marks
        const kind = attributes.get('data-mention')
        const latex = attributes.get('data-latex')
        const name = tagMarks[tag]
        const href = tag === 'a' ? safeHref(attributes.get('href')) : null
        if (kind === 'person' || kind === 'document') {
          const [id = '', label = ''] = [attributes.get('data-id'), attributes.get('data-label')]
          if (muted === 0)
            add(
              carrying(
                { type: 'mention', attrs: { kind, id: id.slice(0, 200), label: label.slice(0, 200) } },
                marks,
              ),
            )
          if (open.length === maxOpenTags) continue
          open.push({ tag, before })
          muted ||= open.length
          continue
        }
        if (latex !== undefined && muted === 0) add(carrying({ type: 'mathInline', attrs: { latex } }, marks))
        else if (name !== undefined) marks = withMark(marks, { type: name })
        else if (href !== null) marks = withMark(marks, { type: 'link', attrs: { href } })
        else if (tag === 'mark')
          marks = withMark(marks, {
            type: 'highlight',
            attrs: { color: colorOf(attributes.get('data-highlight')) ?? 'yellow' },
          })
        else if (tag === 'span' && attributes.has('data-color'))
          marks = withMark(marks, {
            type: 'textColor',
            attrs: { color: colorOf(attributes.get('data-color')) ?? 'gray' },
          })
        else if (tag === 'img') {
          const src = webSource(attributes.get('src'))
          if (src !== null) add(picture(src, attributes.get('alt') ?? ''))
          continue
        }
        if (open.length < maxOpenTags) open.push({ tag, before })
        continue
      }
      if (muted > 0) continue
      switch (token.type) {
        case 'strong':
          walk(token.tokens ?? [], withMark(marks, { type: 'bold' }))
          break
        case 'em':
          walk(token.tokens ?? [], withMark(marks, { type: 'italic' }))
          break
        case 'del':
          walk(token.tokens ?? [], withMark(marks, { type: 'strike' }))
          break
        case 'lit':
          walk(lexInline(text), withMark(marks, { type: 'highlight', attrs: { color: 'yellow' } }))
          break
        case 'codespan':
          textOf(text, [{ type: 'code' }]).forEach(add)
          break
        case 'br':
          add({ type: 'hardBreak' })
          break
        case 'link': {
          notes.left -= Math.max(0, String(token['href']).length - token.raw.length)
          const href = notes.left < 0 ? null : safeHref(token['href'])
          walk(token.tokens ?? [], href === null ? marks : withMark(marks, { type: 'link', attrs: { href } }))
          break
        }
        case 'image': {
          const src = webSource(token['href'])
          if (src === null) textOf(entities(text), marks).forEach(add)
          else add(picture(src, plain(token.tokens ?? [], text)))
          break
        }
        case 'formula':
          add(carrying({ type: 'mathInline', attrs: { latex: text } }, marks))
          break
        case 'reference':
          noteOf(token, notes).forEach(add)
          break
        case 'checkbox':
          break
        case 'escape':
          textOf(text, marks).forEach(add)
          break
        default:
          if (token.tokens === undefined)
            textOf(entities(token.raw.replaceAll('\n', ' ')), marks).forEach(add)
          else walk(token.tokens, marks)
      }
    }
  }
  walk(tokens, [])
  return nodes
}

const plain = (tokens: readonly Token[], text: string): string =>
  tokens.length === 0
    ? entities(text)
    : tokens.map((token) => (token.type === 'escape' ? (token as Own).text : entities(token.raw))).join('')

const picture = (src: string, alt: string): JSONContent => ({
  type: 'image',
  attrs: { src, alt: alt.slice(0, 2_000) },
})

const noteOf = ({ label = '', raw }: Own, notes: Notes): JSONContent[] => {
  const text = notes.texts.get(label)
  if (text === undefined) return textOf(raw, [])
  if (notes.isOpen || text.length > notes.left) return []
  notes.left -= text.length
  notes.isOpen = true
  const content = inlineNodes(text.replace(/\s*\n\s*/g, ' '), notes).flatMap((node) =>
    node.type === 'text' ? [node] : [],
  )
  notes.isOpen = false
  return [{ type: 'footnote', ...(content.length === 0 ? {} : { content }) }]
}

const listsOf = (token: Tokens.List, notes: Notes): JSONContent[] => {
  const made: JSONContent[] = []
  for (const item of token.items) {
    const type = item.task ? 'taskList' : token.ordered ? 'orderedList' : 'bulletList'
    const content = blocksOf(
      item.tokens.filter((each) => !('isTaskBox' in each)),
      notes,
    )
    const first = content[0]?.type === 'paragraph' ? content : [{ type: 'paragraph' }, ...content]
    const node: JSONContent = item.task
      ? { type: 'taskItem', attrs: { checked: item.checked === true }, content: first }
      : { type: 'listItem', content: first }
    const last = made.at(-1)
    if (last?.type === type) last.content?.push(node)
    else {
      const start = typeof token.start === 'number' ? token.start : 1
      made.push({ type, ...(type === 'orderedList' ? { attrs: { start } } : {}), content: [node] })
    }
  }
  return made
}

const tableOf = (token: Tokens.Table, notes: Notes): JSONContent => {
  const cell =
    (type: string) =>
    (each: Tokens.TableCell, i: number): JSONContent => ({
      type,
      attrs: { align: token.align[i] ?? null },
      content: [
        paragraph(noPictures(isEmptyLine(lineOf(each.tokens, notes)) ? [] : lineOf(each.tokens, notes))),
      ],
    })
  return {
    type: 'table',
    content: [
      { type: 'tableRow', content: token.header.slice(0, 200).map(cell('tableHeader')) },
      ...token.rows.map((row) => ({ type: 'tableRow', content: row.slice(0, 200).map(cell('tableCell')) })),
    ],
  }
}

/** HTML without its comments. One that is never closed stays as text. */
const withoutComments = (html: string): string => {
  let text = ''
  let at = 0
  for (;;) {
    const start = html.indexOf('<!--', at)
    const end = start < 0 ? -1 : html.indexOf('-->', start + 4)
    if (end < 0) return text + html.slice(at)
    text += html.slice(at, start)
    at = end + 3
  }
}

/** HTML between the blocks: a picture and the text of it, without its tags. */
const htmlOf = (html: string, notes: Notes): JSONContent[] => {
  const text = withoutComments(html).trim()
  if (text === '') return []
  if (/^<br\s*\/?>$/i.test(text)) return [{ type: 'paragraph' }]
  if (/^<(?:script|style|iframe|object|template|noscript)\b/i.test(text)) return []
  const line = inlineNodes(text.replace(/\s*\n\s*/g, ' '), notes)
  const made = line.length === 0 ? [] : paragraphs(line)
  return made.every(({ type, content }) => type === 'paragraph' && content === undefined) ? [] : made
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text))

const containerOf = (
  { name = '', attributes = new Map<string, string>(), text = '' }: Own,
  notes: Notes,
): JSONContent[] => {
  switch (name) {
    case 'block': {
      const attrs = {
        textAlign: attributes.get('align') ?? null,
        indent: numberOf(attributes.get('indent')),
        dir: attributes.get('dir') ?? null,
      }
      return within(text, notes).map((node) =>
        node.type === 'paragraph' || node.type === 'heading'
          ? { ...node, attrs: { ...node.attrs, ...attrs } }
          : node,
      )
    }
    case 'columns': {
      const columns = childrenOf(text, notes).flatMap((child) =>
        child.name === 'column' ? [{ type: 'column', content: some(within(child.text ?? '', notes)) }] : [],
      )
      return columns.length === 0 ? within(text, notes) : [{ type: 'columns', content: columns }]
    }
    case 'details': {
      const [summary, ...rest] = lex(text, notes)
      const own = summary as Own | undefined
      const hasSummary = own?.type === 'container' && own.name === 'summary'
      const line = hasSummary ? inlineNodes(own.text ?? '', notes) : []
      const inner = hasSummary ? blocksOf(rest, notes) : within(text, notes)
      return [detailsOf(line, some(inner))]
    }
    case 'table': {
      const rows = childrenOf(text, notes).flatMap((row) =>
        row.name === 'row' ? [rowOf(row.text ?? '', notes)] : [],
      )
      return rows.length === 0 ? within(text, notes) : [{ type: 'table', content: rows }]
    }
    case 'image': {
      const line = text === '' ? [] : inlineNodes(text, notes)
      const attrs = mediaOf(attributes)
      return [
        {
          type: 'image',
          attrs: { ...attrs, alt: attributes.get('alt') ?? '', natural: attributes.get('natural') ?? null },
          ...(line.length === 0 ? {} : { content: noPictures(line) }),
        },
      ]
    }
    default: {
      const kind = calloutKindOf(name)
      if (kind !== null) return [{ type: 'callout', attrs: { kind }, content: some(within(text, notes)) }]
      return within(text, notes)
    }
  }
}

const childrenOf = (text: string, notes: Notes): Own[] => {
  const tokens = lex(text, notes)
  gatherNotes(tokens, notes)
  return tokens.flatMap((token) => (token.type === 'container' ? [token as Own] : []))
}

const rowOf = (text: string, notes: Notes): JSONContent => ({
  type: 'tableRow',
  content: childrenOf(text, notes).flatMap(
    ({ name, attributes = new Map<string, string>(), text: inner = '' }) => {
      if (name !== 'cell' && name !== 'header') return []
      const colspan = spanOf(attributes.get('colspan') ?? null)
      const align = attributes.get('align')
      const attrs = {
        colspan,
        rowspan: spanOf(attributes.get('rowspan') ?? null),
        colwidth: widthsOf(attributes.get('colwidth') ?? null, colspan),
        align: cellAligns.find((each) => each === align) ?? null,
        background: colorOf(attributes.get('background')),
      }
      return [
        { type: name === 'header' ? 'tableHeader' : 'tableCell', attrs, content: some(within(inner, notes)) },
      ]
    },
  ),
})

const mediaOf = (attributes: Map<string, string>): Record<string, unknown> => ({
  file: attributes.get('file') ?? null,
  src: webSource(attributes.get('src')),
  width: numberOf(attributes.get('width')),
  align: cellAligns.find((each) => each === attributes.get('align')) ?? 'center',
  upload: attributes.get('upload') ?? null,
})

const leafOf = ({ name = '', attributes = new Map<string, string>(), raw }: Own): JSONContent[] => {
  switch (name) {
    case 'math':
      return [{ type: 'mathBlock', attrs: { latex: attributes.get('latex') ?? '' } }]
    case 'pagebreak':
      return [{ type: 'pageBreak' }]
    case 'toc':
      return [{ type: 'toc' }]
    case 'embed': {
      const href = attributes.get('href') ?? ''
      return embedOf(href) === null ? [paragraph(textOf(href, []))] : [{ type: 'embed', attrs: { href } }]
    }
    case 'video':
      return [{ type: 'video', attrs: { ...mediaOf(attributes), title: attributes.get('title') ?? '' } }]
    case 'file':
      return [
        {
          type: 'file',
          attrs: {
            file: attributes.get('file') ?? null,
            name: attributes.get('name') ?? '',
            size: Number(attributes.get('size') ?? 0),
            mime: attributes.get('mime') ?? '',
            upload: attributes.get('upload') ?? null,
          },
        },
      ]
    default:
      return [paragraph(textOf(raw.trimEnd(), []))]
  }
}
