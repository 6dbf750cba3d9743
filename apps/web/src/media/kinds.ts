import { locale } from '../words/language.ts'

/** What a file becomes in the document. */
export type Kind = 'image' | 'video' | 'file'

const shown: Readonly<Record<Kind, readonly string[]>> = {
  image: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'],
  video: ['video/mp4', 'video/webm'],
  file: [],
}

/** What a file will be: what no browser shows safely is a file to be fetched. The server has the last word. */
export const kindOf = ({ type }: Pick<File, 'type'>): Kind =>
  shown.image.includes(type) ? 'image' : shown.video.includes(type) ? 'video' : 'file'

/** What a chooser of files offers for a kind. */
export const accepts = (kind: Kind): string => shown[kind].join(',')

/** A size as people read it. */
export const sizeInWords = (bytes: number): string => {
  const units = ['kB', 'MB', 'GB'] as const
  let [size, unit] = [bytes / 1000, 0]
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1]
  if (bytes < 1000) return `${bytes} B`
  const digits = size < 9.95 ? 1 : 0
  const figure = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  })
  return `${figure.format(size)} ${units[unit]}`
}

/** The files that are pasted, unless they are only another rendering of the text beside them. */
export const pastedFiles = (data: Pick<DataTransfer, 'files' | 'getData'>): readonly File[] => {
  const files = [...data.files]
  if (files.length === 0) return []
  const html = data.getData('text/html').replace(/<(style|script|head|title)\b[\s\S]*?<\/\1\s*>/gi, '')
  const text = html.replace(/<!--[\s\S]*?-->|<[^>]*>|&nbsp;|\s/gi, '')
  return text === '' ? files : []
}
