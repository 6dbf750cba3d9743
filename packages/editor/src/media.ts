import { Node } from '@tiptap/core'
import { safeHref } from './href.ts'

const file = /^[\w-]{22}$/
const natural = /^[1-9]\d{0,4}x[1-9]\d{0,4}$/
const token = /^[\w-]{1,64}$/
const aligns = ['left', 'center', 'right'] as const
const longestName = 300

/** A file of this server by its name, or null. */
export const fileId = (value: unknown): string | null =>
  typeof value === 'string' && file.test(value) ? value : null

/** An address of the web that may be shown, or null. */
export const webSource = (value: unknown): string | null => {
  const href = safeHref(value)
  return href !== null && href.length <= 8_000 && /^https?:/i.test(href) ? href : null
}

/** A size in pixels as it is stored, `640x480`, or null. */
export const naturalSize = (value: unknown): string | null =>
  typeof value === 'string' && natural.test(value) ? value : null

/** How wide something is shown, in percent of the text, or null for as wide as it is. */
export const shownWidth = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 10 && value <= 100 ? value : null

/** The token of an upload that is under way, or null. */
export const uploadToken = (value: unknown): string | null =>
  typeof value === 'string' && token.test(value) ? value : null

const read = <T>(attribute: string, fallback: T, of: (text: string | null) => T) => ({
  default: fallback,
  parseHTML: (element: HTMLElement): T => of(element.getAttribute(attribute)),
  rendered: false,
})
const short = (text: string | null): string => (text ?? '').slice(0, longestName)
const source = {
  default: null,
  parseHTML: (element: HTMLElement) =>
    fileId(element.getAttribute('data-file')) === null ? webSource(element.getAttribute('src')) : null,
  rendered: false,
}
const width = read('data-width', null as number | null, (text) => shownWidth(Number(text)))
const align = read<string>('data-align', 'center', (text) => aligns.find((each) => each === text) ?? 'center')
const upload = read('data-upload', null, uploadToken)

const given = (attributes: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) =>
      (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[key, String(value)]] : [],
    ),
  )

/** A picture: of a file of this server, or at an address of the web. Its text is the caption. */
export const Image = Node.create({
  name: 'image',
  group: 'block',
  content: 'inline*',
  isolating: true,
  draggable: true,

  addAttributes() {
    return {
      file: read('data-file', null, fileId),
      src: source,
      alt: read('alt', '', (text) => (text ?? '').slice(0, 2_000)),
      width,
      align,
      natural: read('data-natural', null, naturalSize),
      upload,
    }
  },

  parseHTML() {
    return [
      {
        tag: 'figure[data-image]',
        contentElement: (element) => element.querySelector('figcaption') ?? element,
        getAttrs: (element) => attributesIn(element),
      },
      {
        tag: 'figure',
        contentElement: (element) => element.querySelector('figcaption') ?? element,
        getAttrs: (element) => {
          const inner = element.querySelector('img')
          return inner === null || webSource(inner.getAttribute('src')) === null ? false : attributesIn(inner)
        },
      },
      {
        tag: 'img[src]',
        getAttrs: (element) => {
          const isSent = uploadToken(element.getAttribute('data-upload')) !== null
          return !isSent && webSource(element.getAttribute('src')) === null ? false : null
        },
      },
    ]
  },

  renderHTML({ node }) {
    const { file, src, alt, width, align, natural, upload } = node.attrs
    const picture = given({
      'data-file': file,
      src: file === null ? webSource(src) : null,
      'data-width': width,
      'data-align': align,
      'data-natural': natural,
      'data-upload': upload,
    })
    // the attributes stand on both: on the figure for our own reading, on the picture for that of others
    return [
      'figure',
      { 'data-image': '', ...picture, alt: String(alt) },
      ['img', { ...given({ src: file === null ? webSource(src) : null }), alt: String(alt) }],
      ['figcaption', 0],
    ]
  },

  renderText({ node }) {
    return String(node.attrs['alt'])
  },
})

const attributesIn = (element: HTMLElement) => ({
  file: fileId(element.getAttribute('data-file')),
  src: source.parseHTML(element),
  alt: (element.getAttribute('alt') ?? '').slice(0, 2_000),
  width: width.parseHTML(element),
  align: align.parseHTML(element),
  natural: naturalSize(element.getAttribute('data-natural')),
  upload: uploadToken(element.getAttribute('data-upload')),
})

/** A file to be fetched. */
export const File = Node.create({
  name: 'file',
  group: 'block',
  atom: true,
  draggable: true,

  addAttributes() {
    return {
      file: read('data-file', null, fileId),
      name: read('data-name', '', short),
      size: read('data-size', 0, (text) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0)),
      mime: read('data-mime', '', (text) => (mimeType.test(text ?? '') ? (text ?? '') : '')),
      upload,
    }
  },

  parseHTML() {
    return [{ tag: 'div[data-attachment]' }]
  },

  renderHTML({ node }) {
    const { file, name, size, mime, upload } = node.attrs
    const attributes = {
      'data-file': file,
      'data-name': name,
      'data-size': size,
      'data-mime': mime,
      'data-upload': upload,
    }
    return ['div', { 'data-attachment': '', ...given(attributes) }, String(name)]
  },

  renderText({ node }) {
    return String(node.attrs['name'])
  },
})

/** What the kind of a file may be called. */
export const mimeType = /^[a-z]{1,30}\/[\w.+-]{1,100}$/

/** A film: of a file of this server, or at an address of the web. */
export const Video = Node.create({
  name: 'video',
  group: 'block',
  atom: true,
  draggable: true,

  addAttributes() {
    return {
      file: read('data-file', null, fileId),
      src: source,
      width,
      align,
      upload,
      title: read('title', '', short),
    }
  },

  parseHTML() {
    return [{ tag: 'video' }]
  },

  renderHTML({ node }) {
    const { file, src, width, align, upload, title } = node.attrs
    const attributes = {
      'data-file': file,
      src: file === null ? webSource(src) : null,
      'data-width': width,
      'data-align': align,
      'data-upload': upload,
      title,
    }
    return ['video', { ...given(attributes), controls: 'controls', preload: 'metadata' }]
  },

  renderText({ node }) {
    return String(node.attrs['title'])
  },
})
