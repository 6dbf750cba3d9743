import { words } from './words.ts'

/** Puts text on the clipboard; where the browser forbids it, the person is shown what to copy. */
export const copyText = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    window.prompt(words['share.manual'], text)
  }
}
