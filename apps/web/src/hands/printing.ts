/** What a link reads when it reads as its own address. */
const bare = (text: string): string =>
  text
    .trim()
    .replace(/^(?:https?:\/\/|mailto:|tel:)/i, '')
    .replace(/\/$/, '')
    .toLowerCase()

/**
 * Until the returned function is called, whatever prints the page leaves out addresses that the text says already, and
 * those within the document. The document itself is not touched for it.
 */
export const printPlainly = (text: HTMLElement): (() => void) => {
  const sheet = new CSSStyleSheet()
  const before = (): void => {
    const said = new Set<string>()
    for (const link of text.querySelectorAll<HTMLAnchorElement>('a[href]')) {
      const href = link.getAttribute('href') ?? ''
      const here = link.origin === location.origin && link.pathname === location.pathname
      if (here || bare(link.textContent) === bare(href)) said.add(`a[href="${CSS.escape(href)}"]::after`)
    }
    sheet.replaceSync([...said].map((link) => `${link} { content: none !important }`).join('\n'))
    document.adoptedStyleSheets.push(sheet)
  }
  const after = (): void => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
  }
  window.addEventListener('beforeprint', before)
  window.addEventListener('afterprint', after)
  return () => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', after)
  }
}
