/**
 * Everything the page says, in the language that was chosen when it was loaded; English where there is no page, in
 * tests. The sentences are not here: add yours to words/english.ts.
 */
export { errorWords, lossWords, refusalWords, uploadWords, words } from '#words'
