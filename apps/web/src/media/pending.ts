import { worded } from './button.ts'
import type { Desk } from './desk.ts'
import { part } from '../blocks/part.ts'
import { uploadWords, words } from '../words.ts'

/** What is shown in the place of a file that is not there yet. */
export interface Pending {
  readonly dom: HTMLElement
  readonly close: () => void
}

/**
 * An upload as it stands: to who brings the file a ring that fills and, when it failed, the reason and a way to try
 * again; to the others who is uploading. When nobody is any more, it says so, and who may write can choose the file
 * again or remove its place.
 */
export const pending = (
  desk: Desk,
  token: string,
  name: () => string,
  editable: () => boolean,
  remove: () => void,
): Pending => {
  const ring = part('span', 'upload-ring')
  ring.setAttribute('role', 'progressbar')
  ring.setAttribute('aria-valuemin', '0')
  ring.setAttribute('aria-valuemax', '100')
  const text = part('span', 'upload-text')
  text.setAttribute('role', 'status')
  const retry = worded('upload-button', words['media.retry'], () => desk.uploads.retry(token))
  const choose = worded('upload-button', words['media.choose'], () => {
    const input = part('input', '')
    input.type = 'file'
    input.addEventListener('change', () => {
      const [file] = input.files ?? []
      if (file !== undefined) desk.send(token, file)
    })
    input.click()
  })
  const drop = worded('upload-button', words['media.remove'], () => {
    desk.uploads.drop(token)
    remove()
  })
  const buttons = part('span', 'upload-buttons', retry, choose, drop)
  const preview = part('img', 'upload-preview')
  preview.alt = ''
  const note = part('span', 'upload-note', ring, text, buttons)
  const dom = part('div', 'upload', preview, note)
  dom.contentEditable = 'false'

  const show = (): void => {
    const own = desk.uploads.of(token)
    const other = own === null ? desk.uploader(token) : null
    const address = desk.preview(token)
    preview.hidden = address === null
    if (address !== null && preview.src !== address) preview.src = address
    const failed = own?.state === 'failed'
    const running = (own !== null && !failed) || other !== null
    const done =
      own === null ? (other?.part ?? 0) : own.state === 'sending' ? own.part : own.state === 'arrived' ? 1 : 0
    dom.dataset['state'] = failed ? 'failed' : running ? 'running' : 'orphan'
    ring.hidden = !running
    ring.style.setProperty('--part', String(done))
    ring.setAttribute('aria-valuenow', String(Math.round(done * 100)))
    ring.setAttribute('aria-label', words['media.uploading'](name()))
    const said = failed
      ? uploadWords[own.failure](own.file.name || name(), own.limit)
      : other !== null
        ? words['media.someone'](other.name)
        : running
          ? words['media.uploading'](name())
          : words['media.orphan']
    if (text.textContent !== said) text.textContent = said
    retry.hidden = !failed
    choose.hidden = failed || running || !editable()
    drop.hidden = !(failed || !running) || !editable()
  }
  show()
  return { dom, close: desk.watch(token, show) }
}
