import { clean, renamedStyle } from './pasting/clean.ts'

/** What a style says about text that our marks can say, and how it is written without a style. */
const readings: readonly { readonly tag: string; readonly says: (style: CSSStyleDeclaration) => boolean }[] =
  [
    { tag: 'strong', says: ({ fontWeight }) => /^(?:bold(?:er)?|[6-9]\d\d)$/.test(fontWeight) },
    { tag: 'em', says: ({ fontStyle }) => fontStyle === 'italic' || fontStyle === 'oblique' },
    { tag: 'u', says: ({ textDecorationLine }) => textDecorationLine.includes('underline') },
    { tag: 's', says: ({ textDecorationLine }) => textDecorationLine.includes('line-through') },
    { tag: 'sup', says: ({ verticalAlign }) => verticalAlign === 'super' },
    { tag: 'sub', says: ({ verticalAlign }) => verticalAlign === 'sub' },
  ]

/**
 * Pasted HTML as our grammar reads it: style attributes are turned into the tags that mean the same, what other
 * programs write in their own way into what it means, and all other styling is gone. Nothing of it runs or is
 * fetched: it is read in a document of its own that does neither. The page's policy forbids style attributes, also
 * in what is only being read, and some editors write bold in no other way. (A `<b>` that is styled as not bold, which
 * one of them puts around everything, is undone.)
 */
export const plainStyles = (html: string): string => {
  const doc = new DOMParser().parseFromString(renameStyles(html), 'text/html')
  const styles = new Map<Element, CSSStyleDeclaration>()
  for (const element of doc.querySelectorAll(`[${renamedStyle}]`)) {
    const { style } = document.createElement('span')
    style.cssText = element.getAttribute(renamedStyle) ?? ''
    styles.set(element, style)
  }
  if (doc.querySelector('[data-pm-slice]') === null) clean(doc, (element) => styles.get(element) ?? null)
  for (const [element, style] of styles) {
    element.removeAttribute(renamedStyle)
    if (!element.isConnected) continue
    if (!isBlock(element)) for (const { tag, says } of readings) if (says(style)) wrapInside(element, tag)
    if (/^(?:B|STRONG)$/.test(element.tagName) && /^(?:normal|400)$/.test(style.fontWeight))
      element.replaceWith(...element.childNodes)
  }
  return doc.body.innerHTML
}

/**
 * Renames every style attribute and every handler, so that reading the HTML meets none: the browser would report each
 * to whoever watches the page's policy. Attributes' values are left alone.
 */
export const renameStyles = (html: string): string =>
  // bounded, so that a tag that never ends is not read again from each of its letters
  withoutSheets(html).replace(/<[a-z][^'"<>]*(?:(?:"[^"]*"|'[^']*')[^'"<>]*){0,60}>/gi, (tag) =>
    tag.replace(
      /"[^"]*"|'[^']*'|(?<=[\s/"'])(?:(style)|on\w+)(?=\s*=)/gi,
      (part: string, style: string | undefined) =>
        style !== undefined ? renamedStyle : /^on/i.test(part) ? 'data-dropped' : part,
    ),
  )

const withoutSheets = (html: string): string => {
  const opens = /<style\b/gi
  const closes = /<\/style\s*>/gi
  let kept = ''
  let from = 0
  for (let open = opens.exec(html); open !== null; open = opens.exec(html)) {
    closes.lastIndex = open.index
    if (closes.exec(html) === null) break
    kept += html.slice(from, open.index)
    from = opens.lastIndex = closes.lastIndex
  }
  return kept + html.slice(from)
}

// a heading is bold by its nature, and so is all text of a page that is styled so
const isBlock = ({ tagName }: Element): boolean =>
  /^(?:BODY|DIV|P|H[1-6]|UL|OL|LI|TABLE|TBODY|TR|TH|BLOCKQUOTE|PRE|SECTION|ARTICLE|MAIN)$/.test(tagName)

const wrapInside = (element: Element, tag: string): void => {
  const wrap = element.ownerDocument.createElement(tag)
  wrap.append(...element.childNodes)
  element.append(wrap)
}
