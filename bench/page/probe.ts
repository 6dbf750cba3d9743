/** What the probe tells of the page it sits in. All times are in ms. */
interface Probe {
  /** Since the navigation began: the first text painted, and the first moment when it could be typed in. */
  visible: number
  editable: number
  /** Resolves with both of them. */
  readonly opened: Promise<void>
  /** From each key going down to the end of the frame that shows what it did. */
  readonly keys: number[]
  /** When each text that was waited for was painted, in Unix time. */
  readonly seen: number[]
  /** Resolves when so many keys, or so many texts, have been painted. */
  painted(of: 'keys' | 'seen', count: number): Promise<void>
  /** Waits for a text to be painted in a block. */
  look(block: number, text: string): void
}

declare global {
  // a property of `globalThis` can be declared in no other way
  // oxlint-disable-next-line no-var
  var probe: Probe
}

/** Runs in the page, before anything of the page itself does. It stands alone: nothing outside of it goes along. */
export const install = (): void => {
  const waiting = new Set<() => void>()
  const note = (list: number[], value: number): void => {
    list.push(value)
    for (const look of waiting) look()
  }
  /** Calls back when the next frame has been drawn. */
  const drawn = (call: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', call)
      port1.start()
      port2.postMessage(null)
    })
  }
  const text = (): Element | null => document.querySelector('.ProseMirror')
  const probe: Probe = {
    visible: Number.NaN,
    editable: Number.NaN,
    keys: [],
    seen: [],
    opened: new Promise((resolve) => {
      const wait = (): void => {
        const shown = text()
        if (shown === null || shown.childElementCount < 10) {
          requestAnimationFrame(wait)
          return
        }
        drawn(() => {
          if (Number.isNaN(probe.visible)) probe.visible = performance.now()
          if (shown.getAttribute('contenteditable') !== 'true') {
            wait()
            return
          }
          probe.editable = performance.now()
          resolve()
        })
      }
      wait()
    }),
    painted: (of, count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (probe[of].length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    look: (block, wanted) => {
      const shown = text()
      if (shown === null) return
      const watcher = new MutationObserver(() => {
        if (shown.children[block]?.textContent.includes(wanted) !== true) return
        watcher.disconnect()
        drawn(() => note(probe.seen, Date.now()))
      })
      watcher.observe(shown, { subtree: true, childList: true, characterData: true })
    },
  }
  globalThis.probe = probe
  window.addEventListener(
    'keydown',
    ({ timeStamp }) => drawn(() => note(probe.keys, performance.now() - timeStamp)),
    { capture: true },
  )
}
