// The program of a worker as a test needs it: `well` answers everything, `throws` fails when it is begun, `hangs` stops
// answering, for ever, once it has begun.
const [, , behaviour] = process.argv
process.on('disconnect', () => process.exit())
process.on(
  'message',
  ({ is, id, name, told }: { is: string; id: number; name: string; told?: { tell: string } }) => {
    if (told?.tell === 'end') process.exit()
    if (is !== 'asked') return
    if (behaviour === 'throws' && name === 'begin')
      return void process.send?.({ is: 'failure', id, problem: 'it cannot begin' })
    process.send?.({ is: 'answer', id, value: name === 'close' ? true : undefined })
    if (behaviour === 'hangs' && name === 'begin')
      setImmediate(() => {
        for (;;);
      })
  },
)
