import type { JSONContent } from '@tiptap/core'
import { mentionText } from '../mention.ts'

/** What is written for a line: where it stands, and where the notes in it go. */
export interface Setting {
  /** True where no line may end: in a heading, a cell, a summary, a note. */
  readonly isOneLine: boolean
  /** Takes a note and tells its number. */
  readonly note: (content: readonly JSONContent[]) => number
}

type Mark = NonNullable<JSONContent['marks']>[number]

/** From the outside to the inside. */
const order = 'link textColor highlight bold italic strike underline subscript superscript code'.split(' ')

/** The nodes of a line as Markdown, such that reading it gives the same nodes again. */
export const writeLine = (content: readonly JSONContent[], setting: Setting): string => {
  const text = group(content, 0, setting, '', '')
  // a tag alone on its line would be a block of HTML
  const isBare = content.length > 0 && content.every(({ type }) => type === 'hardBreak')
  return outer(isBare ? `<span></span>${text}` : text)
}

const sameMark = (a: Mark, b: Mark): boolean =>
  a.type === b.type && JSON.stringify(a.attrs ?? {}) === JSON.stringify(b.attrs ?? {})

/** Nodes that share a mark are written together, within it. */
const group = (
  nodes: readonly JSONContent[],
  depth: number,
  setting: Setting,
  before: string,
  after: string,
): string => {
  let written = ''
  for (let i = 0; i < nodes.length;) {
    const name = order.slice(depth).find((each) => nodes[i]?.marks?.some(({ type }) => type === each))
    const mark = nodes[i]?.marks?.find(({ type }) => type === name)
    let end = i + 1
    if (mark === undefined || name === undefined) {
      const node = nodes[i]
      const next = nodes[end]
      const follows = next === undefined ? after : next.type === 'text' ? (next.text?.[0] ?? '') : '<'
      if (node !== undefined)
        written += leaf(node, setting, written === '' ? before : written, follows, i === nodes.length - 1)
      i = end
      continue
    }
    while (
      nodes[end]?.marks?.some((each) => sameMark(each, mark)) === true &&
      isOutermost(nodes[end], depth, name)
    )
      end++
    const inner = nodes.slice(i, end)
    const next = nodes[end]
    const follows =
      next === undefined
        ? after
        : (next.marks ?? []).length > 0
          ? '<'
          : next.type === 'text'
            ? (next.text?.[0] ?? '')
            : '<'
    written += marked(
      mark,
      inner,
      order.indexOf(name) + 1,
      setting,
      written === '' ? before : written,
      follows,
    )
    i = end
  }
  return written
}

const isOutermost = (node: JSONContent | undefined, depth: number, name: string): boolean =>
  order.slice(depth).find((each) => node?.marks?.some(({ type }) => type === each)) === name

const delimiters: Readonly<Record<string, string>> = { bold: '**', italic: '_', strike: '~~' }
const tags: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  strike: 's',
  underline: 'u',
  subscript: 'sub',
  superscript: 'sup',
}

const marked = (
  { type, attrs = {} }: Mark,
  nodes: readonly JSONContent[],
  depth: number,
  setting: Setting,
  before: string,
  after: string,
): string => {
  if (type === 'code') return codeSpan(nodes.map(({ text }) => text ?? '').join(''))
  if (type === 'link') {
    const inner = group(nodes, depth, setting, '[', ']')
    return `[${inner}](${address(String(attrs['href'] ?? ''))})`
  }
  if (type === 'textColor')
    return `<span data-color="${String(attrs['color'])}">${group(nodes, depth, setting, '>', '<')}</span>`
  if (type === 'highlight') {
    const color = String(attrs['color'] ?? 'yellow')
    const inner = group(nodes, depth, setting, '>', '<')
    return `<mark${color === 'yellow' ? '' : ` data-highlight="${color}"`}>${inner}</mark>`
  }
  const delimiter = delimiters[type]
  const tag = tags[type] ?? 'span'
  if (delimiter !== undefined) {
    const inner = group(nodes, depth, setting, delimiter, delimiter)
    const isWord = /^[\p{L}\p{N}]/u.test(inner) && /[\p{L}\p{N}]$/u.test(inner)
    if (
      isWord &&
      /(?:^|[\s(])$/.test(before) &&
      /^(?:$|[\s.,;:!?)])/.test(after) &&
      !inner.includes(delimiter)
    )
      return delimiter + inner + delimiter
  }
  return `<${tag}>${group(nodes, depth, setting, '>', '<')}</${tag}>`
}

const codeSpan = (text: string): string => {
  if (text.trim() === '') return `<code>${spaces(text)}</code>`
  if (/[\n\r]/.test(text)) return `<code>${escape(text, '', '')}</code>`
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length)
  let fence = '`'
  while (runs.includes(fence.length)) fence += '`'
  const pads = /^`|`$/.test(text) || (text.startsWith(' ') && text.endsWith(' '))
  return pads ? `${fence} ${text} ${fence}` : fence + text + fence
}

const address = (href: string): string => {
  const plain = href.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('\\', '%5C')
  return /[\s()]/.test(plain) ? `<${plain}>` : plain
}

const attribute = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', '&#96;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')

const leaf = (
  node: JSONContent,
  setting: Setting,
  before: string,
  after: string,
  isLast: boolean,
): string => {
  const attrs: Readonly<Record<string, unknown>> = node.attrs ?? {}
  switch (node.type ?? '') {
    case 'text':
      return escape(node.text ?? '', before, after)
    case 'hardBreak':
      return setting.isOneLine || isLast || after === '<' ? '<br>' : '\\\n'
    case 'mathInline': {
      const latex = String(attrs['latex'])
      const isSafe =
        /^[^\s$`\\](?:[^$\n`]*[^\s$\\`])?$/.test(latex) && !/^\d/.test(after) && !/[\\$]$/.test(before)
      return isSafe && !latex.includes('|') ? `$${latex}$` : `<span data-latex="${attribute(latex)}"></span>`
    }
    case 'mention': {
      const [kind, id, label] = ['kind', 'id', 'label'].map((key) => attribute(String(attrs[key])))
      const shown = escape(mentionText(attrs), '>', '<')
      return `<span data-mention="${kind ?? ''}" data-id="${id ?? ''}" data-label="${label ?? ''}">${shown}</span>`
    }
    case 'footnote':
      return `[^${setting.note(node.content ?? [])}]`
    default:
      return escape(typeof attrs['text'] === 'string' ? attrs['text'] : '', before, after)
  }
}

const lineStart = /^(?:#{1,6}(?=\s|$)|[-+](?=\s|$|-)|>|=|:{2,}|\d{1,9}(?=[.)])|~~~)/

/** Text such that no letter of it means anything in Markdown. */
const escape = (text: string, before: string, after: string): string => {
  let escaped = text
    .replace(/[\\`*[\]~$]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/<(?=[a-z/!?]|$)/gi, '\\<')
    .replace(/&(?=#|\w|$)/g, '\\&')
    .replace(/=(?==|$)/g, '\\=')
    .replace(/:(?=\/\/|$)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.')
    .replace(/@/g, '\\@')
    .replace(/\r/g, '&#13;')
    .replace(/\n/g, '&#10;')
  if (before.endsWith('=')) escaped = escaped.replace(/^=/, '\\=')
  if (/[\p{L}\p{N}_]$/u.test(before)) escaped = escaped.replace(/^_/, '\\_')
  if (/^[(:]/.test(after)) escaped = escaped.replace(/!$/, '\\!')
  if (before === '' || before.endsWith('\\\n')) escaped = escaped.replace(lineStart, start)
  if (escaped.endsWith('!') && /^\[?$/.test(after)) escaped = escaped.replace(/!$/, '\\!')
  return escaped
}

const start = (sign: string): string => (/^\d/.test(sign) ? sign : `\\${sign}`)

/** A line that begins or ends with space, or with a number as lists have it, says so in a way that is not trimmed. */
const outer = (text: string): string =>
  text
    .split('\\\n')
    .map((line) =>
      line
        .replace(/^(\d{1,9})([.)])/, '$1\\$2')
        .replace(/^\s+/, spaces)
        .replace(/\s+$/, spaces),
    )
    .join('\\\n')

const spaces = (text: string): string =>
  Array.from(text, (letter) => `&#${letter.codePointAt(0) ?? 32};`).join('')
