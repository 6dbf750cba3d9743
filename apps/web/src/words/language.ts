/** The languages the page speaks, by their codes, and what each calls itself. */
export const languages = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
  { code: 'fr', name: 'Français' },
  { code: 'es', name: 'Español' },
  { code: 'ja', name: '日本語' },
  { code: 'ar', name: 'العربية' },
] as const
export type Language = (typeof languages)[number]['code']

/** The language of the page. The small script in index.html has chosen it before anything was loaded. */
export const language: Language = (() => {
  const chosen = typeof document === 'undefined' ? 'en' : document.documentElement.lang
  return languages.find(({ code }) => code === chosen)?.code ?? 'en'
})()

/** Which way its lines run, and with them the page. */
export const direction = language === 'ar' ? 'rtl' : 'ltr'

/** The same language as it is written where this browser is at home, for dates: `en-GB` rather than `en`. */
export const locale: string =
  language === 'ar'
    ? 'ar-u-nu-latn' // the digits that the sentences have
    : (globalThis.navigator?.languages?.find((code) => code.startsWith(`${language}-`)) ?? language)

/** From now on the page of this browser speaks another language: it is loaded anew, and asks before it drops anything. */
export const speak = (chosen: Language): void => {
  try {
    localStorage.setItem('language', chosen)
  } catch {
    return // a browser that keeps nothing would forget it on the way
  }
  location.reload()
}
