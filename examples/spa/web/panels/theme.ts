import { findButton } from '../find.ts'

/** Light or dark, as the system says, until somebody says otherwise. Nothing is stored: a reload asks the system again. */
export function showTheme(): void {
  const button = findButton('#theme')
  const system = matchMedia('(prefers-color-scheme: dark)')
  let chosen: 'light' | 'dark' | undefined

  const show = () => {
    const isDark = (chosen ?? (system.matches ? 'dark' : 'light')) === 'dark'
    button.textContent = isDark ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Use ${isDark ? 'light' : 'dark'} colours`)
    document.documentElement.dataset.theme = chosen ?? ''
    return isDark
  }
  button.addEventListener('click', () => {
    chosen = show() ? 'light' : 'dark'
    show()
  })
  system.addEventListener('change', show)
  show()
}
