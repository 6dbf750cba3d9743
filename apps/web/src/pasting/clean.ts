/** What a style says, which is all that is left of it: the page forbids styles and reads them only here. */
export type StyleOf = (element: Element) => CSSStyleDeclaration | null

/** Turns what other programs write into the elements that our grammar reads. */
export const clean = (doc: Document, styleOf: StyleOf): void => {
  const { body } = doc
  comments(body)
  for (const element of body.querySelectorAll(formulas)) formula(element)
  for (const element of body.querySelectorAll(nothing)) element.remove()
  wordLists(body)
  codeOf(body, styleOf)
  for (const list of body.querySelectorAll(':is(ul, ol) > :is(ul, ol)')) adopt(list)
  for (const list of body.querySelectorAll('ul, ol')) tasks(list)
  for (const aside of body.querySelectorAll('aside, .markdown-alert')) callout(aside)
  for (const element of body.querySelectorAll('p, h1, h2, h3, h4, h5, h6, td, th')) layout(element, styleOf)
  for (const table of body.querySelectorAll('table')) tidy(table)
}

const nothing =
  'script, style, link, meta, title, object, applet, iframe, frame, template, noscript, canvas, svg, math, ' +
  'col, colgroup, button, select, textarea, br.Apple-interchange-newline, [hidden]'

const comments = (body: Element): void => {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT)
  const found: Node[] = []
  while (walker.nextNode() !== null) found.push(walker.currentNode)
  for (const comment of found) comment.parentNode?.removeChild(comment)
}

const formulas = '.katex, math'

/** A formula that was drawn for a page carries its source with it. */
const formula = (element: Element): void => {
  const source = element.querySelector('annotation[encoding="application/x-tex"]')?.textContent?.trim()
  if (source === undefined || (element.closest('.katex') !== element && element.closest('.katex') !== null))
    return
  const isBlock = element.closest('.katex-display') !== null || element.getAttribute('display') === 'block'
  const made = element.ownerDocument.createElement(isBlock ? 'div' : 'span')
  made.setAttribute('data-math', '')
  made.setAttribute('data-latex', source)
  const whole = isBlock ? (element.closest('.katex-display') ?? element) : element
  whole.replaceWith(made)
}

const level = /level(\d+)/
const marker = /^\s*\(?(?:(\d+)|[a-z]{1,4}|[ivxlc]+)[.)]/i

/** Word writes its lists as paragraphs that look like items. */
const wordLists = (body: Element): void => {
  let lists: Element[] = []
  for (const paragraph of body.querySelectorAll('p, h1, h2, h3, h4, h5, h6')) {
    const own = paragraph.getAttribute(renamedStyle) ?? ''
    const isItem = /mso-list:\s*(?!none)/i.test(own)
    if (!isItem) continue
    const depth = Math.min(Number(level.exec(own)?.[1] ?? 1), 9)
    const signs = [...paragraph.querySelectorAll(`[${renamedStyle}]`)].filter((each) =>
      /mso-list:\s*ignore/i.test(each.getAttribute(renamedStyle) ?? ''),
    )
    const sign = signs[0]?.textContent ?? ''
    for (const each of signs) each.remove()
    const numbered = marker.exec(sign)
    const tag = numbered === null ? 'ul' : 'ol'
    const before = previous(paragraph)
    const goesOn = lists[0] !== undefined && before === lists[0]
    if (!goesOn) lists = []
    lists.length = Math.min(lists.length, depth)
    let list = lists[depth - 1]
    if (list === undefined || list.localName !== tag) {
      lists.length = Math.min(lists.length, depth - 1)
      while (lists.length < depth) {
        const made = body.ownerDocument.createElement(tag)
        const first = Number(numbered?.[1] ?? 1)
        if (tag === 'ol' && first !== 1 && lists.length === depth - 1)
          made.setAttribute('start', String(first))
        const parent = lists.at(-1)
        if (parent === undefined) paragraph.before(made)
        else
          (parent.lastElementChild ?? parent.appendChild(body.ownerDocument.createElement('li'))).append(made)
        lists.push(made)
      }
      list = lists[depth - 1]
    }
    const item = body.ownerDocument.createElement('li')
    const inner = body.ownerDocument.createElement('p')
    inner.append(...paragraph.childNodes)
    item.append(inner)
    list?.append(item)
    paragraph.remove()
  }
}

/** The element before, if nothing but space is in between. */
const previous = (element: Element): Element | null => {
  for (let node = element.previousSibling; node !== null; node = node.previousSibling) {
    if (node.nodeType === 1) return node as Element // by its type
    if (node.textContent?.trim() !== '') return null
  }
  return null
}

/** A list right within a list belongs to the item before it. */
const adopt = (list: Element): void => {
  const before = list.previousElementSibling
  if (before?.localName === 'li') before.append(list)
  else {
    const item = list.ownerDocument.createElement('li')
    list.replaceWith(item)
    item.append(list)
  }
}

const box = /^\s*\[([ xX])\]\s+/

/** Whether an item is a task and whether it is done, as any of several programs write it; null for no task. */
const checked = (item: Element): boolean | null => {
  if (item.getAttribute('role') === 'checkbox') return item.getAttribute('aria-checked') === 'true'
  const input = item.querySelector(
    ':scope > input[type=checkbox], :scope > label > input[type=checkbox], :scope > p:first-child > input[type=checkbox]',
  )
  if (input !== null) {
    const isDone = input.hasAttribute('checked')
    input.remove()
    return isDone
  }
  const drawn = item.querySelector(':scope > .checkbox, :scope > .checkbox-on, :scope > .checkbox-off')
  if (drawn !== null) {
    const isDone = drawn.classList.contains('checkbox-on')
    drawn.remove()
    return isDone
  }
  const walker = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT)
  const text = walker.nextNode()
  const found = box.exec(text?.nodeValue ?? '')
  if (text === null || found === null) return null
  text.nodeValue = (text.nodeValue ?? '').replace(box, '')
  return found[1] !== ' '
}

const tasks = (list: Element): void => {
  if (list.getAttribute('data-type') === 'taskList') return
  const items = [...list.children].filter(({ localName }) => localName === 'li')
  const states = items.map(checked)
  if (items.length === 0 || states.every((state) => state === null)) return
  const made = list.ownerDocument.createElement('ul')
  made.setAttribute('data-type', 'taskList')
  items.forEach((item, i) => {
    item.setAttribute('data-type', 'taskItem')
    item.setAttribute('data-checked', String(states[i] === true))
    made.append(item)
  })
  list.replaceWith(made)
}

const kinds: Readonly<Record<string, string>> = {
  '💡': 'tip',
  '⚠️': 'warning',
  '🚨': 'caution',
  '❗': 'important',
}

const callout = (aside: Element): void => {
  const kind = /markdown-alert-(\w+)/.exec(aside.className)?.[1]
  aside.querySelector('.markdown-alert-title')?.remove()
  const sign = Object.keys(kinds).find((each) => (aside.textContent ?? '').trimStart().startsWith(each))
  const walker = aside.ownerDocument.createTreeWalker(aside, NodeFilter.SHOW_TEXT)
  while (sign !== undefined && walker.nextNode() !== null) {
    const text = walker.currentNode
    if (text.nodeValue?.trimStart().startsWith(sign) !== true) continue
    text.nodeValue = text.nodeValue.trimStart().slice(sign.length).trimStart()
    break
  }
  const made = aside.ownerDocument.createElement('div')
  made.setAttribute('data-callout', kind ?? (sign === undefined ? 'note' : (kinds[sign] ?? 'note')))
  made.append(...aside.childNodes)
  aside.replaceWith(made)
}

const mono = /\b(?:consolas|menlo|monaco|courier|monospace|fira code|jetbrains mono|sf mono)\b/i

/** What a code editor copies: lines in boxes, all in one font. */
const codeOf = (body: Element, styleOf: StyleOf): void => {
  for (const outer of body.querySelectorAll('div')) {
    const style = styleOf(outer)
    if (style === null || !style.whiteSpace.startsWith('pre') || !mono.test(style.fontFamily)) continue
    if (!outer.isConnected) continue
    const lines = [...outer.childNodes].map((node) =>
      node.nodeName === 'BR' ? '' : (node.textContent ?? ''),
    )
    const pre = body.ownerDocument.createElement('pre')
    const code = body.ownerDocument.createElement('code')
    code.textContent = lines.join('\n')
    pre.append(code)
    outer.replaceWith(pre)
  }
  for (const pre of body.querySelectorAll('pre')) {
    const around = pre.parentElement?.className ?? ''
    const name = /(?:highlight-source-|language-|lang-)([\w+#.-]+)/.exec(`${around} ${pre.className}`)?.[1]
    let code = pre.querySelector('code')
    if (name === undefined || (code !== null && /language-/.test(code.className))) continue
    if (code === null) {
      code = body.ownerDocument.createElement('code')
      code.append(...pre.childNodes)
      pre.append(code)
    }
    code.className = `language-${name}`
  }
}

/** How the lines stand is kept where somebody has chosen it; left to right is what everything is anyway. */
const layout = (element: Element, styleOf: StyleOf): void => {
  const align = styleOf(element)?.textAlign ?? element.getAttribute('align') ?? ''
  const isCell = element.localName === 'td' || element.localName === 'th'
  if (/^(?:center|right)$/.test(align) || (align === 'justify' && !isCell))
    element.setAttribute('data-align', align)
  element.removeAttribute('align')
  if (element.getAttribute('dir') === 'ltr') element.removeAttribute('dir')
}

const mostColumns = 200

/** A table of one cell is a frame around what is in it, and one that is too wide loses its last columns. */
const tidy = (table: HTMLTableElement): void => {
  const { rows } = table
  const [row] = rows
  const [cell] = row?.cells ?? []
  if (rows.length === 1 && row?.cells.length === 1 && cell !== undefined) {
    table.replaceWith(...cell.childNodes)
    return
  }
  for (const each of rows) {
    let width = 0
    for (const inner of Array.from(each.cells)) {
      width += Math.min(inner.colSpan, mostColumns)
      if (width > mostColumns) inner.remove()
    }
  }
}

/** Where a style attribute is kept while the HTML is read. */
export const renamedStyle = 'data-pasted-style'
