import { part } from '../blocks/part.ts'
import { words } from '../words.ts'
import { button } from './button.ts'
import { icon } from './icons.ts'

/** Shows the whole of a picture over the page. Escape, a click or the button close it, and the focus goes back. */
export const showInFull = ({ src, alt }: Pick<HTMLImageElement, 'src' | 'alt'>): void => {
  if (src === '') return
  const before = document.activeElement
  const picture = part('img', '')
  picture.src = src
  picture.alt = alt
  picture.referrerPolicy = 'no-referrer'
  const dialog = part('dialog', 'media-full', picture)
  dialog.setAttribute('aria-label', alt === '' ? words['media.image'] : alt)
  const close = button('icon-button', words['action.close'], () => dialog.close())
  close.append(icon('close'))
  dialog.append(close)
  dialog.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (before instanceof HTMLElement) before.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
}
