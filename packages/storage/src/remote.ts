/** Functions of values that can be copied between threads. */
type Functions = Record<string, (...args: never[]) => unknown>

/** The same functions, run elsewhere. */
export type Remote<F extends Functions> = {
  readonly [K in keyof F]: (...args: Parameters<F[K]>) => Promise<ReturnType<F[K]>>
}

/** The same functions, each call of which `call` carries to where they are run. */
export const remote = <F extends Functions>(
  call: (name: string, args: readonly unknown[]) => Promise<unknown>,
): Remote<F> =>
  // whoever runs the call runs F: what it answers to this name is what F says
  new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          call(String(name), args),
    },
  ) as Remote<F>

/** Runs a call that `remote` made. */
export const run = (functions: Functions, name: string, args: readonly unknown[]): unknown => {
  const wanted = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (wanted === undefined) throw new Error(`The store cannot be asked for ${name}.`)
  return wanted(...(args as never[])) // they were F's parameters where the call was made
}
