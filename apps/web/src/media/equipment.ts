import type { EditorView } from '@tiptap/pm/view'
import '../style/media.css'
import { insertFiles } from './bringing.ts'
import { Desk } from './desk.ts'
import type { Surroundings } from './desk.ts'
import { fileView } from './fileview.ts'
import { foreignFiles } from './foreign.ts'
import type { Fill } from './frame.ts'
import { imageView } from './imageview.ts'
import { videoView } from './videoview.ts'

/** All that files need in one open document. Loaded when the first file is seen or brought. */
export interface Equipment {
  readonly fills: Readonly<Record<'image' | 'file' | 'video', Fill>>
  /** Puts files at a place, or where the caret is, and sends them; of a kind of their own or as plain files. */
  readonly insert: (view: EditorView, files: readonly File[], at: number | null, as?: 'file') => boolean
  /** Sends files whose places, by these names, are in the text or about to be. */
  readonly send: (files: ReadonlyMap<string, File>) => void
  /** Asks for the files of other documents that are in pasted HTML. */
  readonly adopt: (html: string) => void
  readonly close: () => void
}

/** The equipment of this document. */
export const equip = (around: Surroundings): Equipment => {
  const desk = new Desk(around)
  return {
    fills: { image: imageView(desk), file: fileView(desk), video: videoView(desk) },
    insert: (view, files, at, as) => insertFiles(desk, view, files, at, as),
    send: (files) => {
      for (const [token, file] of files) desk.send(token, file)
    },
    adopt: (html) => {
      for (const [file, document] of foreignFiles(html, around.room)) desk.claim(file, document)
    },
    close: () => desk.close(),
  }
}
