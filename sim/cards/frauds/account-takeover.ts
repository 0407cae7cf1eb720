import { HOUR } from '#kit'
import { pick, uniform, whole } from '../draw.ts'
import type { Scene } from '../scene.ts'

/** Somebody signs in as the person, in the night, and shops on the web at several places before it is noticed. */
export function takeOverAccount(scene: Scene): void {
  const { chance, ways, shops, people, midnight } = scene
  const person = pick(chance, people)
  const from = midnight + chance() * 5 * HOUR
  const count = whole(chance, ways.takeoverPayments)
  for (let n = 0; n < count; n++) {
    const amountMinor = person.meanAmountMinor * uniform(chance, ways.takeoverTimes)
    const at = Math.floor(from + chance() * 3 * HOUR)
    const shop = pick(chance, shops.web)
    scene.pay({ person, shop, at, amountMinor, entryMode: 'online', kind: 'account-takeover' })
  }
}
