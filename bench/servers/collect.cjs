// Lets whoever measures memory have the garbage collected first, in every server alike.
const { isMainThread } = require('node:worker_threads')
if (isMainThread) process.on('SIGUSR2', () => globalThis.gc())
