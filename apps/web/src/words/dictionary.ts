import type * as english from './english.ts'

/** What says the same in another language: every key, no other, and functions of the same arguments. */
type Like<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Like<T[Key]> }

/** One language's sentences, by what they are for. */
export interface Dictionary {
  readonly words: Words
  readonly refusalWords: Like<typeof english.refusalWords>
  readonly lossWords: Like<typeof english.lossWords>
  readonly uploadWords: Like<typeof english.uploadWords>
  readonly errorWords: typeof english.errorWords
}
type Words = Like<typeof english.words>
