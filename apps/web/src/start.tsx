import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { watchShelf } from './here.ts'
import { hues } from './hues.ts'
import { patiently } from './patiently.ts'

// the one list of colours becomes custom properties, so that the styles need no second one
for (const [hue, { light, dark }] of hues.entries())
  document.documentElement.style.setProperty(`--hue-${hue}`, `light-dark(${light}, ${dark})`)

watchShelf()

// in a frame of an application, which knows who this is and says so anew before its token ends
if (window.parent !== window)
  patiently(() => import('./account/embedded.ts'))().then(
    ({ accompany, inWindow }) => accompany(inWindow(window.parent)),
    () => {}, // as long as the token that there is counts nothing is missed
  )

const root = document.querySelector('#root')
if (root !== null) createRoot(root).render(<App />)
