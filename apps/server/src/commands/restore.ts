import { bringBack } from '@quire/storage/bringback'

/**
 * Puts a backup in the place of the data, which is kept beside it. Each document has a new epoch then: whoever holds a newer copy is offered
 * it as a document of its own. With `heal` people bring back by themselves what the backup lacks. Throws one sentence, with nothing changed.
 */
export const restore = (file: string, data: string, heal: boolean, say: (line: string) => void): void => {
  const { documents, kept } = bringBack(file, data, { heal })
  say(`${documents} documents are back from ${file}.`)
  if (kept !== null) say(`What was there before is kept as ${kept}.`)
  say(
    heal
      ? 'For ten minutes after the start, people who have newer text bring it back by opening the document.'
      : 'Whoever has newer text in an open page is offered it as a new document.',
  )
}
