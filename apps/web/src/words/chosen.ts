import type { Dictionary } from './dictionary.ts'

/** What words.ts lends to the page in a browser. Nothing is here before `choose` was called. */
export let words: Dictionary['words']
export let refusalWords: Dictionary['refusalWords']
export let lossWords: Dictionary['lossWords']
export let uploadWords: Dictionary['uploadWords']
export let errorWords: Dictionary['errorWords']

/** Gives the page its words. Comes before the page itself, which reads them as soon as it is loaded. */
export const choose = (dictionary: Dictionary): void => {
  ;({ words, refusalWords, lossWords, uploadWords, errorWords } = dictionary)
}
