import { safeHref } from '@quire/editor/href'
import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { Copy, ExternalLink, Pencil } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { join } from '../late.ts'
import { copyText } from '../copying.ts'
import { useToast } from '../toast.tsx'
import { Popup } from '../ui/popup.tsx'
import { words } from '../words.ts'

/** The pointer rests so long on a link before its card shows, and may be away so long on its way there, in ms. */
const rest = 500
const grace = 250

/** Where a link leads, shown when the pointer rests on it. By keyboard the same is in the link's panel. */
export const LinkCard = ({
  editor,
  editable,
  onEdit,
}: {
  readonly editor: Editor
  readonly editable: boolean
  readonly onEdit: () => void
}) => {
  const { view } = editor
  const toast = useToast()
  const [link, setLink] = useState<HTMLAnchorElement | null>(null)
  const href = safeHref(link?.getAttribute('href'))

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const over = ({ target, pointerType, buttons }: PointerEvent): void => {
      if (pointerType === 'touch' || buttons !== 0 || !(target instanceof Element)) return
      clearTimeout(timer)
      if (target.closest('.link-card') !== null) return
      const found = view.dom.contains(target) ? target.closest<HTMLAnchorElement>('a[href]') : null
      timer = setTimeout(() => setLink(found), found === null ? grace : rest)
    }
    const hide = (): void => {
      clearTimeout(timer)
      setLink(null)
    }
    document.addEventListener('pointerover', over)
    view.dom.addEventListener('keydown', hide)
    view.dom.addEventListener('pointerdown', hide)
    const leave = join(view, {
      changed: (_view, before) => {
        if (before.doc !== view.state.doc) setLink((shown) => (shown?.isConnected === true ? shown : null))
      },
    })
    return () => {
      clearTimeout(timer)
      leave()
      document.removeEventListener('pointerover', over)
      view.dom.removeEventListener('keydown', hide)
      view.dom.removeEventListener('pointerdown', hide)
    }
  }, [view])

  const at = useCallback(
    () => (link?.isConnected === true ? (link.getClientRects()[0] ?? null) : null),
    [link],
  )
  if (link === null || href === null) return null
  const edit = (): void => {
    const place = view.posAtDOM(link, 0)
    view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place + 1))))
    setLink(null)
    onEdit()
  }
  return (
    <Popup at={at} className="link-card">
      <a className="link-address" href={href} target="_blank" rel="noopener noreferrer" title={href}>
        <ExternalLink aria-hidden="true" />
        <span className="grow">{href.replace(/^https?:\/\//, '')}</span>
      </a>
      <button
        type="button"
        className="tool"
        aria-label={words['link.copy']}
        title={words['link.copy']}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => void copyText(href).then(() => toast({ text: words['share.copied'] }))}
      >
        <Copy aria-hidden="true" />
      </button>
      {editable ? (
        <button
          type="button"
          className="tool"
          aria-label={words['link.edit']}
          title={words['link.edit']}
          onMouseDown={(event) => event.preventDefault()}
          onClick={edit}
        >
          <Pencil aria-hidden="true" />
        </button>
      ) : null}
    </Popup>
  )
}
