import webPush, { type VapidKeys } from 'web-push'
import { readOrCreateFile } from '#kit'

/** The operator's pair of keys for web push, made at the first start: a browser's subscription is bound to it for good. */
export async function loadVapidKeys(path: string): Promise<VapidKeys> {
  return JSON.parse(await readOrCreateFile(path, async () => JSON.stringify(webPush.generateVAPIDKeys())))
}
