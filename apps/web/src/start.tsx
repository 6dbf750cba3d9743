import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { watchShelf } from './here.ts'
import { hues } from './hues.ts'

// the one list of colours becomes custom properties, so that the styles need no second one
for (const [hue, { light, dark }] of hues.entries())
  document.documentElement.style.setProperty(`--hue-${hue}`, `light-dark(${light}, ${dark})`)

watchShelf()

const root = document.querySelector('#root')
if (root !== null) createRoot(root).render(<App />)
