import { pick, uniform, whole } from '../draw.ts'
import type { Scene } from '../scene.ts'

/** Somebody else uses the card's details on the web for days or weeks, next to their owner (the handbook's third scenario). */
export function leakCard({ chance, ways, people, day }: Scene): void {
  pick(chance, people).leaked = {
    untilDay: day + whole(chance, ways.leakedCardDays),
    times: uniform(chance, ways.leakedCardTimes),
  }
}
