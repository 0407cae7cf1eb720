import type { PushJson } from '../../src/http/api.ts'
import { post, remove } from '../api.ts'

const WORKER = '/push-worker.js'
/** Where the worker finds what it needs when the browser gets another address: it reads neither cookies nor our pages. */
const KEPT = { cache: 'guichet-push', at: '/push-renewal' }

/** How it stands with warnings on this browser. */
export type Device = 'unsupported' | 'denied' | 'off' | 'on'

const isSupported = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

async function subscriptionHere(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** What it is now. Nobody is asked for anything. */
export async function lookAtDevice(): Promise<Device> {
  if (!isSupported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const subscription = await subscriptionHere()
  if (!subscription || Notification.permission !== 'granted') return 'off'
  const { isOn } = await post<PushJson>('/api/push/look', { endpoint: subscription.endpoint })
  return isOn ? 'on' : 'off'
}

/** Turns warnings on here: only ever from a tap, since the browser then asks for its own permission. */
export async function turnOn(publicKey: string): Promise<Device> {
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off'
  await navigator.serviceWorker.register(WORKER, { scope: '/' })
  const { pushManager } = await navigator.serviceWorker.ready
  const options = { userVisibleOnly: true, applicationServerKey: publicKey }
  // One that was made with other keys, of another installation, is in the way.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe()
    return await pushManager.subscribe(options)
  })
  const { endpoint, keys } = subscription.toJSON()
  const { isOn, renewal } = await post<PushJson>('/api/push', { endpoint, keys })
  const kept = await caches.open(KEPT.cache)
  await kept.put(KEPT.at, Response.json({ from: endpoint, renewal, publicKey }))
  return isOn ? 'on' : 'off'
}

/** Turns them off here: first where they are sent from, so that none comes after this. */
export async function turnOff(): Promise<Device> {
  const subscription = await subscriptionHere()
  if (subscription) {
    await remove<PushJson>('/api/push', { endpoint: subscription.endpoint })
    await subscription.unsubscribe()
    await caches.delete(KEPT.cache)
  }
  return 'off'
}
