/** The pages that may ask a person to sign in again and have them back. */
const PAGES = ['/privacy', '/cards', '/payments']
const KEY = 'guichet.return-to'

/** Remembers, over the way to the bank and back, where a person was who had to sign in. Anything else is forgotten. */
export function keepReturnTo(page: string | null): void {
  if (page !== null && PAGES.includes(page)) sessionStorage.setItem(KEY, page)
  else sessionStorage.removeItem(KEY)
}

/** Where they were, once. */
export function takeReturnTo(): string | null {
  const page = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return page !== null && PAGES.includes(page) ? page : null
}
