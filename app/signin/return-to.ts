/** The pages that may ask a person to sign in again and have them back. */
const PAGES = ['/privacy', '/cards', '/payments', '/messengers', '/transcript']
/** One app's request is answered by whoever signs in meanwhile. */
const ALLOW = /^\/allow\/[\w-]{1,60}$/
/** What a link in a messenger stands for is opened by whoever signs in, if it is theirs. */
const SEALED = /^\/o\/[\w-]{16,64}$/
const KEY = 'guichet.return-to'

/** Remembers, over the way to the bank and back, where a person was who had to sign in. Anything else is forgotten. */
export function keepReturnTo(page: string | null): void {
  if (page !== null && mayReturnTo(page)) sessionStorage.setItem(KEY, page)
  else sessionStorage.removeItem(KEY)
}

/** Where they were, once. */
export function takeReturnTo(): string | null {
  const page = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return page !== null && mayReturnTo(page) ? page : null
}

const mayReturnTo = (page: string) => PAGES.includes(page) || ALLOW.test(page) || SEALED.test(page)
