/**
 * Shows a warning while none of Guichet's pages is open. It knows what it is handed: a sentence, a link, and a receipt that
 * says here that it was shown. What the warning is about opens on our own page, for who is signed in.
 */

/** What of a service worker is used here: TypeScript has its types beside the pages' or not at all. */
type Waits = Event & { waitUntil(work: Promise<unknown>): void }
type Worker = {
  registration: {
    showNotification(title: string, options: NotificationOptions & { renotify?: boolean }): Promise<void>
    pushManager: PushManager
  }
  clients: { openWindow(url: string): Promise<unknown> }
  location: { origin: string }
  addEventListener(
    type: 'push',
    listener: (event: Waits & { data: { json(): unknown } | null }) => void,
  ): void
  addEventListener(
    type: 'notificationclick',
    listener: (event: Waits & { notification: Notification }) => void,
  ): void
  addEventListener(
    type: 'pushsubscriptionchange',
    listener: (event: Waits & { newSubscription?: PushSubscription | null }) => void,
  ): void
}

type Handed = { text: string; href: string | null; lang: string; receipt: string }

/** A browser that is asked to show something shows something: this, where it was handed nothing that it can read. */
const UNREAD: Record<'en' | 'fr', string> = {
  en: 'A message is waiting for you at Guichet.',
  fr: 'Un message vous attend au Guichet.',
}
/** Put there by the page on which warnings were turned on (device.ts). */
const KEPT = { cache: 'guichet-push', at: '/push-renewal' }
/** The server may not have noted yet that it was sent; it is asked again so many times. */
const RETRY_MS = [1_000, 4_000, 15_000]

const worker = self as unknown as Worker

worker.addEventListener('push', (event) => event.waitUntil(showThenSay(event.data)))

worker.addEventListener('notificationclick', (event) => {
  const { notification } = event
  notification.close()
  const url = new URL((notification.data as string | null) ?? '/', worker.location.origin)
  if (url.origin === worker.location.origin) event.waitUntil(worker.clients.openWindow(url.href))
})

// The browser, or its push service, gave it another address: nothing comes to the old one any more.
worker.addEventListener('pushsubscriptionchange', (event) =>
  event.waitUntil(subscribeAgain(event.newSubscription ?? null)),
)

async function subscribeAgain(given: PushSubscription | null): Promise<void> {
  const cache = await caches.open(KEPT.cache)
  const kept = await cache.match(KEPT.at)
  if (!kept) return
  const { from, renewal, publicKey } = (await kept.json()) as Record<'from' | 'renewal' | 'publicKey', string>
  const made =
    given ??
    (await worker.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: publicKey,
    }))
  const { endpoint, keys } = made.toJSON()
  const answer = await post('/api/push/moved', { from, renewal, to: { endpoint, keys } })
  if (!answer?.ok) return
  const next = ((await answer.json()) as { renewal: string }).renewal
  await cache.put(KEPT.at, Response.json({ from: endpoint, renewal: next, publicKey }))
}

const post = (path: string, body: unknown): Promise<Response | null> =>
  fetch(path, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null)

async function showThenSay(data: { json(): unknown } | null): Promise<void> {
  const handed = read(data)
  const lang = handed?.lang ?? (navigator.language.startsWith('fr') ? 'fr' : 'en')
  await worker.registration.showNotification('Guichet', {
    body: handed?.text ?? UNREAD[lang as 'en' | 'fr'] ?? UNREAD.en,
    lang,
    // Sent twice, it is shown once.
    tag: handed?.receipt ?? 'guichet',
    data: handed?.href ?? null,
    requireInteraction: true,
  })
  if (handed) await sayShown(handed.receipt)
}

function read(data: { json(): unknown } | null): Handed | null {
  try {
    const { text, href, lang, receipt } = (data?.json() ?? {}) as Partial<Handed>
    return typeof text === 'string' && typeof receipt === 'string'
      ? { text, href: typeof href === 'string' ? href : null, lang: lang === 'fr' ? 'fr' : 'en', receipt }
      : null
  } catch {
    return null
  }
}

async function sayShown(receipt: string): Promise<void> {
  for (const wait of [...RETRY_MS, null]) {
    const response = await post('/api/push/shown', { receipt })
    if (response?.ok || wait === null) return
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
