/** A site whose pages may be embedded: what of an address leads to the page that is made for frames. */
interface Site {
  readonly name: string
  /** Where its frames come from: the page's content policy names exactly these. */
  readonly origin: string
  readonly frame: (address: URL) => string | null
}

const segment = (address: URL, at: number): string => address.pathname.split('/')[at + 1] ?? ''
const id = (text: string | null, pattern: RegExp): string | null =>
  text !== null && pattern.test(text) ? text : null

const youtube = (address: URL): string | null => {
  const name = address.hostname.replace(/^(?:www|m)\./, '')
  const found =
    name === 'youtu.be'
      ? segment(address, 0)
      : name === 'youtube.com' || name === 'youtube-nocookie.com'
        ? segment(address, 0) === 'watch'
          ? address.searchParams.get('v')
          : /^(?:embed|shorts|live)$/.test(segment(address, 0))
            ? segment(address, 1)
            : null
        : null
  const video = id(found, /^[\w-]{11}$/)
  return video === null ? null : `https://www.youtube-nocookie.com/embed/${video}`
}

const vimeo = (address: URL): string | null => {
  const video = id(address.pathname.replace(/^\/(?:video\/)?/, ''), /^\d{1,12}$/)
  return /^(?:www\.|player\.)?vimeo\.com$/.test(address.hostname) && video !== null
    ? `https://player.vimeo.com/video/${video}?dnt=1`
    : null
}

const codepen = (address: URL): string | null => {
  const [who, pen] = [segment(address, 0), segment(address, 2)]
  const isPen = address.hostname === 'codepen.io' && /^(?:pen|embed|full)$/.test(segment(address, 1))
  return isPen && /^[\w-]{1,60}$/.test(who) && /^\w{1,60}$/.test(pen)
    ? `https://codepen.io/${who}/embed/${pen}`
    : null
}

const spotify = (address: URL): string | null => {
  const path = address.pathname.replace(/^\/embed/, '')
  const isThing = /^\/(?:track|album|playlist|episode|show|artist)\/\w{22}$/.test(path)
  return address.hostname === 'open.spotify.com' && isThing ? `https://open.spotify.com/embed${path}` : null
}

const openStreetMap = (address: URL): string | null => {
  const isMap = address.hostname === 'www.openstreetmap.org' && address.pathname === '/export/embed.html'
  const box = address.searchParams.get('bbox')
  return isMap && box !== null && /^[\d.,-]{7,100}$/.test(box)
    ? `https://www.openstreetmap.org/export/embed.html?bbox=${box}&layer=mapnik`
    : null
}

const sites: readonly Site[] = [
  { name: 'YouTube', origin: 'https://www.youtube-nocookie.com', frame: youtube },
  { name: 'Vimeo', origin: 'https://player.vimeo.com', frame: vimeo },
  { name: 'CodePen', origin: 'https://codepen.io', frame: codepen },
  { name: 'Spotify', origin: 'https://open.spotify.com', frame: spotify },
  { name: 'OpenStreetMap', origin: 'https://www.openstreetmap.org', frame: openStreetMap },
]

/** Where frames may come from. */
export const embedOrigins: readonly string[] = sites.map(({ origin }) => origin)

/** The site and the address for a frame, or null for what may not be embedded. It is made anew, never passed on. */
export const embedOf = (href: string): { readonly site: string; readonly src: string } | null => {
  if (!URL.canParse(href)) return null
  const address = new URL(href)
  if (!/^https?:$/.test(address.protocol)) return null
  for (const { name, frame } of sites) {
    const src = frame(address)
    if (src !== null) return { site: name, src }
  }
  return null
}
