import { isFramed } from './is-framed.ts'

/**
 * Goes to a page of the bank's. Such a page shows itself in no frame: beside a simulated telephone it opens in a tab of its
 * own, and whoever comes back from there finds the page here as it is for them.
 */
export function goToBank(url: string): void {
  if (!isFramed()) {
    location.assign(url)
    return
  }
  window.open(url, '_blank', 'noopener')
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') location.assign('/messengers')
  })
}
