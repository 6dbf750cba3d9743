const pause = 1_000

/**
 * Loads a part of the page, and asks once more after a second if it did not come. A browser gives up what it is loading
 * when the page is left: by then there is nobody left to tell.
 */
export const patiently =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  () =>
    load().catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, pause))
      return load()
    })
