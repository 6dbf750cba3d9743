import type { Node } from '@tiptap/pm/model'
import type { NodeViewConstructor } from '@tiptap/pm/view'
import { words } from '../words.ts'
import type { Diagram } from './diagram.ts'
import { around, button, choice, part, setAttribute } from './part.ts'

/** "Copied" is said so long, in ms. */
const said = 2_000

/** Code with its language, and buttons to copy it and to wrap its lines. Whether they wrap is each person's own. */
export const codeView: NodeViewConstructor = (first, view, getPos) => {
  let shown = first
  const code = part('code', '')
  const pre = part('pre', '', code)
  const picker = choice('code-language', words['code.language'], [['', words['code.plain']]], (name) => {
    setAttribute(view, getPos(), first, 'language', name === '' ? null : name)
    view.focus()
  })
  let isFull = false
  const fill = async (): Promise<void> => {
    if (isFull) return
    isFull = true
    const { languages, languageOf } = await import('./languages.ts')
    for (const { name, label } of languages) {
      const option = part('option', '')
      option.value = name
      option.label = label
      picker.append(option)
    }
    const { drawsDiagrams } = await import('./diagram.ts')
    if (await drawsDiagrams()) {
      const option = part('option', '')
      option.value = 'mermaid'
      option.label = 'Mermaid'
      picker.append(option)
      if (picker.value === 'mermaid') picker.querySelector('option[data-own]')?.remove()
    }
    const known = languageOf(picker.value)
    if (known !== null && known.name !== picker.value) picker.querySelector('option[data-own]')?.remove()
    show(shown)
  }
  const ask = (): void => void fill().catch(() => (isFull = false))
  picker.addEventListener('focus', ask)
  if (matchMedia('(pointer: coarse)').matches) ask() // no finger comes near before it presses
  let timer: ReturnType<typeof setTimeout> | undefined
  const copy = button('code-copy', words['code.copy'], () => {
    navigator.clipboard.writeText(shown.textContent).then(
      () => {
        copy.classList.add('done')
        copy.setAttribute('aria-label', words['code.copied'])
        clearTimeout(timer)
        timer = setTimeout(() => {
          copy.classList.remove('done')
          copy.setAttribute('aria-label', words['code.copy'])
        }, said)
      },
      () => copy.classList.add('failed'),
    )
  })
  const wrap = button('code-wrap', words['code.wrap'], () => {
    const isWrapped = pre.classList.toggle('flat')
    wrap.setAttribute('aria-pressed', String(!isWrapped))
  })
  wrap.setAttribute('aria-pressed', 'true')
  const head = part('div', 'code-head', picker, wrap, copy)
  head.contentEditable = 'false'
  const dom = part('div', 'code-block', head, pre)
  dom.addEventListener('pointerenter', ask)
  let picture: Diagram | null = null
  let wantsPicture = false
  const illustrate = (wanted: boolean): void => {
    if (!wanted) {
      picture?.close()
      picture = null
    } else if (picture !== null) picture.show(shown.textContent)
    else if (!wantsPicture)
      // a text without diagrams never loads what shows them; where it does not come, the source is there to be read
      void import('./diagram.ts').then(
        async ({ diagram, drawsDiagrams }) => {
          if (!(await drawsDiagrams()) || !wantsPicture || picture !== null) return
          picture = diagram(dom)
          picture.show(shown.textContent)
        },
        () => {},
      )
    wantsPicture = wanted
  }
  const show = (node: Node): boolean => {
    if (node.type !== first.type) return false
    shown = node
    const language = typeof node.attrs['language'] === 'string' ? node.attrs['language'] : ''
    if (![...picker.options].some(({ value }) => value === language)) {
      const own = part('option', '')
      own.value = language
      own.label = language
      picker.append(own)
    }
    picker.value = language
    picker.disabled = !view.editable
    illustrate(language === 'mermaid')
    return true
  }
  show(first)
  return {
    ...around(dom, code),
    update: show,
    destroy: () => {
      clearTimeout(timer)
      illustrate(false)
    },
  }
}
