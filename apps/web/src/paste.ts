/** What a style says about text that our marks can say, and how it is written without a style. */
const readings: readonly { readonly tag: string; readonly says: (style: CSSStyleDeclaration) => boolean }[] =
  [
    { tag: 'strong', says: ({ fontWeight }) => /^(?:bold(?:er)?|[6-9]\d\d)$/.test(fontWeight) },
    { tag: 'em', says: ({ fontStyle }) => fontStyle === 'italic' || fontStyle === 'oblique' },
    { tag: 'u', says: ({ textDecorationLine }) => textDecorationLine.includes('underline') },
    { tag: 's', says: ({ textDecorationLine }) => textDecorationLine.includes('line-through') },
  ]

const renamed = 'data-pasted-style'

/**
 * Pasted HTML with its style attributes turned into the tags that mean the same, and all other styling gone.
 * The page's policy forbids style attributes, also in what is only being read, and some editors write bold in
 * no other way. (A `<b>` that is styled as not bold, which one of them puts around everything, is undone.)
 */
export const plainStyles = (html: string): string => {
  const doc = new DOMParser().parseFromString(renameStyles(html), 'text/html')
  for (const element of doc.querySelectorAll(`[${renamed}]`)) {
    if (!(element instanceof HTMLElement)) continue
    const { style } = document.createElement('span')
    style.cssText = element.getAttribute(renamed) ?? ''
    element.removeAttribute(renamed)
    for (const { tag, says } of readings) if (says(style) && !isBlock(element)) wrapInside(element, tag)
    if (/^(?:B|STRONG)$/.test(element.tagName) && /^(?:normal|400)$/.test(style.fontWeight))
      element.replaceWith(...element.childNodes)
  }
  return doc.body.innerHTML
}

/** Renames every style attribute, so that reading the HTML meets none. Attributes' values are left alone. */
export const renameStyles = (html: string): string =>
  html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, '')
    .replace(/<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi, (tag) =>
      tag.replace(/"[^"]*"|'[^']*'|(\s)style(?=\s*=)/gi, (part: string, space: string | undefined) =>
        space === undefined ? part : `${space}${renamed}`,
      ),
    )

// a heading is bold by its nature, and so is all text of a page that is styled so
const isBlock = ({ tagName }: Element): boolean =>
  /^(?:BODY|DIV|P|H[1-6]|UL|OL|LI|TABLE|TBODY|TR|T[DH]|BLOCKQUOTE|PRE|SECTION|ARTICLE|MAIN)$/.test(tagName)

const wrapInside = (element: Element, tag: string): void => {
  const wrap = element.ownerDocument.createElement(tag)
  wrap.append(...element.childNodes)
  element.append(wrap)
}
