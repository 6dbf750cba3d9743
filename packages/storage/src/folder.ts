import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { platform } from 'node:os'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it where they are missing. Throws the system's error. Node's own recursive
 * `mkdir` never returns where a parent exists and still nothing can be made in it, as under `/proc`.
 */
export const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above)
  mkdirSync(folder)
}

/** What was made, renamed or removed in the folder survives power loss. */
export const syncFolder = (folder: string): void => {
  if (platform() === 'win32') return // folders cannot be opened there
  syncFile(folder)
}

/** What the file holds survives power loss. */
export const syncFile = (file: string): void => {
  const handle = openSync(file, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
