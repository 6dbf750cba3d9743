import { Shelf } from './shelf.ts'

/** Where this page's server takes connections. */
export const server = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sync`

const storage = (): Storage | null => {
  try {
    return window.localStorage
  } catch {
    return null // closed to pages
  }
}

/** The shelf of this browser. There is one, as there is one storage behind it. */
export const shelf: Shelf = new Shelf(storage())

/** Keeps the shelf true to what other pages do, and warns before what only this page holds is closed away. */
export const watchShelf = (): void => {
  window.addEventListener('storage', shelf.changedElsewhere)
  window.addEventListener('beforeunload', (event) => {
    if (shelf.fragile) event.preventDefault()
  })
}
