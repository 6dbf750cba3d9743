import * as Y from 'yjs'
import type { Stored } from './uploads.ts'

const media: ReadonlySet<string> = new Set(['image', 'file', 'video'])

/** Everything in the shared text that stands for this upload, wherever it is now. */
const standing = (root: Y.XmlFragment, token: string): Y.XmlElement[] => {
  const found: Y.XmlElement[] = []
  const look = (parent: Y.XmlFragment): void => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue
      if (media.has(child.nodeName) && child.getAttribute('upload') === token) found.push(child)
      else look(child)
    }
  }
  look(root)
  return found
}

/** Writes attributes as they are: the type of Yjs's own method knows texts only. */
const write = (element: Y.XmlElement, name: string, value: unknown): void =>
  element.setAttribute(name, value as string)

/** What marks the changes made here: they are no steps of undo, since nobody made them by hand. */
const arrivalOrigin = { of: 'media' }

/** How large what is being uploaded will be shown. */
export const tellSize = (root: Y.XmlFragment, token: string, width: number, height: number): void => {
  root.doc?.transact(() => {
    for (const element of standing(root, token))
      if (element.nodeName === 'image') write(element, 'natural', `${width}x${height}`)
  }, arrivalOrigin)
}

/**
 * Puts what has arrived in the place of what stood for it. True if anything did. It is found by its token, so it may
 * have been moved, or copied, or have changed around it, in the meantime.
 */
export const settle = (root: Y.XmlFragment, token: string, stored: Stored): boolean => {
  const elements = standing(root, token)
  if (elements.length === 0 || root.doc === null) return false
  root.doc.transact(() => {
    for (const element of elements) {
      write(element, 'file', stored.id)
      if (element.nodeName === 'file') {
        write(element, 'size', stored.size)
        write(element, 'mime', stored.mime)
      }
      if (element.nodeName === 'image' && stored.width !== null && stored.height !== null)
        write(element, 'natural', `${stored.width}x${stored.height}`)
      element.removeAttribute('upload')
    }
  }, arrivalOrigin)
  return true
}

/** A name for an upload that nobody else has. */
export const newToken = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(36).padStart(2, '0')).join('')
}
