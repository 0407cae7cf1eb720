import { DAY, HOUR } from '#kit'
import { pick, uniform, whole } from '../draw.ts'
import type { Scene } from '../scene.ts'

/** A trial for a pound, which the person did agree to, and then the full price again and again, which they did not. */
export function springSubscriptionTrap(scene: Scene): void {
  const { chance, ways, shops, people, midnight } = scene
  const common = {
    person: pick(chance, people),
    shop: pick(chance, shops.traps),
    entryMode: 'online',
  } as const
  let at = midnight + Math.floor(uniform(chance, [9, 22]) * HOUR)
  scene.pay({ ...common, at, amountMinor: 100, kind: null })
  const everyDays = whole(chance, ways.trapEveryDays)
  const amountMinor = 100 * uniform(chance, ways.trapAmount)
  const payments = whole(chance, ways.trapPayments)
  for (let n = 0; n < payments; n++) {
    at += everyDays * DAY
    scene.pay({ ...common, at, amountMinor, kind: 'subscription-trap' })
  }
}
