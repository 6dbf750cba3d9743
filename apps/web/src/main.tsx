import { goAhead } from './ahead.ts'
import './style/all.css'
import { loadWords } from './words/loading.ts'

// small, so that it runs before the rest has arrived: not even the page's words are in it
goAhead()
loadWords()
  .then(() => import('./start.tsx')) // which reads them as soon as it is there
  .catch(() => {
    document.querySelector('#root')?.append('The page could not be loaded. Reload it.')
  })
