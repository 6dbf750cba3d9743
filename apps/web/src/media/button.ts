import { part } from '../blocks/part.ts'

/** A button beside the text: clicking it takes no focus from the text. */
export const button = (name: string, label: string, act: () => void): HTMLButtonElement => {
  const made = part('button', name)
  made.type = 'button'
  made.setAttribute('aria-label', label)
  made.addEventListener('mousedown', (event) => event.preventDefault())
  made.addEventListener('click', act)
  return made
}

/** A button that says what it does. */
export const worded = (name: string, label: string, act: () => void): HTMLButtonElement => {
  const made = button(name, label, act)
  made.textContent = label
  return made
}
