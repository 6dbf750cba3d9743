const schemes = /^(?:https?:\/\/|mailto:|tel:)\S/i

/**
 * The address if a page may follow it, else null. Only http, https, mailto and tel pass; whatever hides its
 * scheme behind spaces, control characters or a relative form does not.
 */
export const safeHref = (href: unknown): string | null => {
  if (typeof href !== 'string') return null
  const address = href.trim()
  return schemes.test(address) && !hidden.test(address) ? address : null
}

// browsers drop tabs and line breaks anywhere in an address
// oxlint-disable-next-line no-control-regex
const hidden = /[\u0000-\u0020\u007f]/

/** What a person typed as an address, made whole: a bare domain gets `https://`, a bare mailbox `mailto:`. */
export const wholeHref = (typed: string): string | null => {
  const address = typed.trim()
  if (/^[a-z][a-z0-9+.-]*:(?!\d+(?:\/|$))/i.test(address)) return safeHref(address)
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return safeHref(`mailto:${address}`)
  return /^[^\s/?#]+/.test(address) ? safeHref(`https://${address}`) : null
}
