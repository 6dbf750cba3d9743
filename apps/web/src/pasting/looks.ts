const signs: readonly RegExp[] = [
  /^#{1,6} \S/m, // a heading
  /^ {0,3}(?:```|~~~)/m, // code
  /^ {0,3}\|?(?: *:?-{2,}:? *\|)+ *(?::?-{2,}:?)? *$/m, // the line below the head of a table
  /^ {0,3}[-*+] \[[ xX]\] /m, // a task
  /^ {0,3}> \S/m, // a quote
  /\[[^[\]\n]+\]\((?:https?:|mailto:)[^\s)]+\)/, // a link
  /(?:^|\s)\*\*\S(?:[^*\n]*\S)?\*\*(?:$|[\s.,;:!?])/m, // bold
  /(?:^|\s)`[^`\n]+`(?:$|[\s.,;:!?])/m, // code in a line
  /^\$\$\s*$/m, // a formula
]
/** Longer text is pasted as it is: reading it as Markdown would hold up the page. */
const longest = 200_000
/** What reads Markdown looks from each of these for its other end. */
const mostSigns = 5_000
const items = /^ {0,3}(?:[-*+]|\d{1,9}[.)]) \S/gm

/**
 * True for plain text that was written as Markdown. One dash is no list, and text with none of these is no Markdown
 * even if it would be read as such.
 */
export const looksLikeMarkdown = (text: string): boolean => {
  if (text.length > longest || (text.match(/[[\]*_<>`~]/g)?.length ?? 0) > mostSigns) return false
  return signs.some((sign) => sign.test(text)) || (text.match(items)?.length ?? 0) > 1
}
