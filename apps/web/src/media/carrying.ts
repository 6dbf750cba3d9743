import { DOMSerializer } from '@tiptap/pm/model'
import type { Fragment, Schema } from '@tiptap/pm/model'

/** The attribute that says of which document a copied file is. */
export const documentMark = 'data-document'

/** Writes what is copied, with the document that its files are of. */
class Carrying extends DOMSerializer {
  readonly #room: string

  constructor({ nodes, marks }: DOMSerializer, room: string) {
    super(nodes, marks)
    this.#room = room
  }

  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const made = super.serializeFragment(fragment, options, target)
    if (target === undefined)
      for (const element of made.querySelectorAll('[data-file]'))
        element.setAttribute(documentMark, this.#room)
    return made
  }
}

/** What the clipboard is written with in this document. */
export const carrying = (schema: Schema, room: string): DOMSerializer =>
  new Carrying(DOMSerializer.fromSchema(schema), room)
