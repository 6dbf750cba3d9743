import { useState } from 'react'

/** The themes a person can choose. */
export const themes = ['light', 'dark', 'system'] as const
export type Theme = (typeof themes)[number]

const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value)

/** The chosen theme, kept on this device. A small script in index.html sets it before the first paint. */
export const useTheme = (): [Theme, (theme: Theme) => void] => {
  const [theme, setTheme] = useState<Theme>(() => {
    const chosen = document.documentElement.dataset['theme']
    return isTheme(chosen) ? chosen : 'system'
  })
  return [
    theme,
    (chosen) => {
      setTheme(chosen)
      if (chosen === 'system') delete document.documentElement.dataset['theme']
      else document.documentElement.dataset['theme'] = chosen
      try {
        localStorage.setItem('theme', chosen)
      } catch {
        // a browser that keeps nothing still shows it on this page
      }
    },
  ]
}
