import server from '../package.json' with { type: 'json' }

/** The version of this program. */
export const version: string = server.version

/** One sentence if this version of Node cannot run the server, else null. */
export const nodeProblem = (found: string): string | null =>
  Number.parseInt(found, 10) < 24 ? `Node ${found} is too old; 24 is needed.` : null
