import { goAhead } from './ahead.ts'
import './style/all.css'

// small, so that it runs before the rest has arrived: not even the page's words are in it
goAhead()
import('./start.tsx').catch(() => {
  document.querySelector('#root')?.append('The page could not be loaded. Reload it.')
})
