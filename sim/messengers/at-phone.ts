/** A link that begins a chat, as the address of the page that a telephone is drawn on: it is opened there. */
export function atPhone(phoneUrl: URL, messenger: string, link: URL): string {
  const url = new URL(phoneUrl)
  url.searchParams.set('messenger', messenger)
  // What the link carries is nobody's but the telephone's: behind the # no server is told of it.
  url.hash = `${link.pathname.slice(1)}${link.search}`
  return url.href
}
