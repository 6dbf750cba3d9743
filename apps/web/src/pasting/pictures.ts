import { newToken } from '../media/placeholder.ts'

const most = 50
const source =
  /(<img\b[^>]{0,2000}?\bsrc=)(["'])data:(image\/(?:png|jpeg|gif|webp|avif));base64,([a-z0-9+/=\s]*)\2/gi

const fileOf = (base64: string, type: string, nth: number): File | null => {
  try {
    const text = atob(base64)
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    return new File([bytes], `image-${nth}.${type.slice(6)}`, { type })
  } catch {
    return null // no base64, and so no picture
  }
}

/**
 * Takes the pictures out of pasted HTML that it carries within itself, so that they can be sent like files: in their
 * places stand the names they are sent under. More than fifty are left out.
 */
export const takePictures = (html: string): { readonly html: string; readonly files: Map<string, File> } => {
  const files = new Map<string, File>()
  const rest = html.replace(
    source,
    (_whole, before: string, _quote: string, type: string, base64: string): string => {
      const file = files.size < most ? fileOf(base64, type.toLowerCase(), files.size + 1) : null
      if (file === null) return `${before}""`
      const token = newToken()
      files.set(token, file)
      return `${before}"" data-upload="${token}"`
    },
  )
  return { html: rest, files }
}
