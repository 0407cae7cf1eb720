import { HOUR } from '#kit'
import { pick, uniform, whole } from '../draw.ts'
import { entryModeAt } from '../everyday.ts'
import type { Scene } from '../scene.ts'

/** The card itself is gone: a run of payments in shops anywhere in the region, larger than usual, until it is missed. */
export function stealCard(scene: Scene): void {
  const { chance, ways, shops, people, midnight } = scene
  const person = pick(chance, people)
  const from = midnight + chance() * 24 * HOUR
  const hours = uniform(chance, ways.stolenCardHours)
  const count = whole(chance, ways.stolenCardPayments)
  for (let n = 0; n < count; n++) {
    const shop = pick(chance, shops.street)
    const amountMinor = person.meanAmountMinor * uniform(chance, ways.stolenCardTimes)
    // Without the number that belongs to it a thief avoids what asks for it.
    const entryMode = chance() < 0.7 ? 'contactless' : entryModeAt(scene, shop, amountMinor)
    const at = Math.floor(from + chance() * hours * HOUR)
    scene.pay({ person, shop, at, amountMinor, entryMode, kind: 'stolen-card' })
  }
}
