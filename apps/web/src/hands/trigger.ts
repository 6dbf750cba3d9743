/** How a character in the text calls a menu. */
export interface Trigger {
  readonly char: string
  /** True if what is typed after it may hold spaces. */
  readonly spaces: boolean
}

const longest = 30

/**
 * What was typed after the character that calls a menu, given the text from the start of the block to the caret, or
 * null. The character counts at the start of a block and after a space, as in "and/or" it does not.
 */
export const typedAfter = (before: string, { char, spaces }: Trigger): string | null => {
  const at = before.lastIndexOf(char)
  if (at < 0 || before.length - at - 1 > longest) return null
  const previous = before[at - 1]
  if (previous !== undefined && !/[\s(\ufffc]/.test(previous)) return null
  const typed = before.slice(at + 1)
  if (typed.includes('\ufffc') || (spaces ? /^\s|\s\s/.test(typed) : /\s/.test(typed))) return null
  return typed
}
