import { besideBackup, bringBackFiles } from '@quire/storage/backupfiles'
import { bringBack } from '@quire/storage/bringback'

/**
 * Puts a backup in the place of the data, which is kept beside it. Each document has a new epoch then: whoever holds a newer copy is offered
 * it as a document of its own. With `heal` people bring back by themselves what the backup lacks. With `withFiles` the bytes of files come
 * back too, from the folder beside the backup. With `refuseStock` clients that tell no epoch, which would merge newer text by themselves, are
 * not let in for 24 hours of running. Throws one sentence, with nothing changed.
 */
export const restore = async (
  file: string,
  data: string,
  { heal, refuseStock }: { readonly heal: boolean; readonly refuseStock: boolean },
  withFiles: boolean,
  say: (line: string) => void,
): Promise<void> => {
  const { documents, kept } = bringBack(file, data, { heal, refuseStock })
  say(`${documents} documents are back from ${file}.`)
  if (withFiles) {
    const { files, missing } = await bringBackFiles(file, data)
    if (files > 0) say(`So are the bytes of ${files} files.`)
    if (missing > 0) say(`The bytes of ${missing} files are neither here nor in ${besideBackup(file)}.`)
  }
  if (kept !== null) say(`What was there before is kept as ${kept}.`)
  if (heal)
    return say(
      'For ten minutes after the start, people who have newer text bring it back by opening the document.',
    )
  say('Whoever has newer text in an open page is offered it as a new document.')
  say(
    refuseStock
      ? 'Clients other than the page of Quire are turned away for 24 hours.'
      : 'Clients other than the page of Quire merge newer text by themselves, unless --refuse-stock turns them away.',
  )
}
