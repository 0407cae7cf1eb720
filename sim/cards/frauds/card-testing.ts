import { HOUR, MINUTE } from '#kit'
import { pick, uniform, whole } from '../draw.ts'
import type { Scene } from '../scene.ts'

/** Tiny payments on the web show that a bought number works; then comes one that is worth it. */
export function testCard(scene: Scene): void {
  const { chance, ways, shops, people, midnight } = scene
  const person = pick(chance, people)
  const entryMode = 'online'
  const kind = 'card-testing'
  let at = midnight + chance() * 24 * HOUR
  const tests = whole(chance, ways.testPayments)
  for (let n = 0; n < tests; n++) {
    const amountMinor = uniform(chance, [20, 250])
    scene.pay({ person, shop: pick(chance, shops.tested), at: Math.floor(at), amountMinor, entryMode, kind })
    at += uniform(chance, [0.3, 8]) * MINUTE
  }
  at += uniform(chance, [0.1, 4]) * HOUR
  const amountMinor = person.meanAmountMinor * uniform(chance, ways.testedPaymentTimes)
  scene.pay({ person, shop: pick(chance, shops.web), at: Math.floor(at), amountMinor, entryMode, kind })
}
