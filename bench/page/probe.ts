/** What the probe tells of the page it sits in. All times are in ms. */
export interface Probe {
  /** Since the navigation began: the first text painted, and the first moment when it could be typed in. */
  visible: number | null
  editable: number | null
  /** From each key going down to the end of the frame that shows what it did. */
  keys: number[]
  /** When each text that was waited for was painted, in Unix time. */
  seen: number[]
  /** Waits for a text to be painted in a block. */
  await(block: number, text: string): void
}

declare global {
  // a property of `globalThis` can be declared in no other way
  // oxlint-disable-next-line no-var
  var probe: Probe
}

/** Runs in the page, before anything of the page itself does. */
export const install = (): void => {
  const probe: Probe = {
    visible: null,
    editable: null,
    keys: [],
    seen: [],
    await: (block, text) => {
      const place = document.querySelector('.ProseMirror')
      const watcher = new MutationObserver(() => {
        if (place?.children[block]?.textContent.includes(text) !== true) return
        watcher.disconnect()
        painted(() => probe.seen.push(Date.now()))
      })
      watcher.observe(place ?? document, { subtree: true, childList: true, characterData: true })
    },
  }
  globalThis.probe = probe
  /** Calls back when the next frame has been drawn. */
  const painted = (call: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', call)
      port1.start()
      port2.postMessage(null)
    })
  }
  window.addEventListener(
    'keydown',
    ({ timeStamp }) => painted(() => probe.keys.push(performance.now() - timeStamp)),
    { capture: true },
  )
  const look = (): void => {
    const text = document.querySelector('.ProseMirror')
    if (text === null || (text.textContent ?? '').length < 100) {
      requestAnimationFrame(look)
      return
    }
    painted(() => {
      probe.visible ??= performance.now()
      if (text.getAttribute('contenteditable') === 'true') probe.editable = performance.now()
      else look()
    })
  }
  look()
}
