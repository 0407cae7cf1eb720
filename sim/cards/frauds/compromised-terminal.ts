import { pick, whole } from '../draw.ts'
import type { Scene } from '../scene.ts'

/** A terminal takes what nobody agreed to, in usual amounts, for weeks (the handbook's second scenario). */
export function compromiseTerminal({ chance, ways, shops, day }: Scene): void {
  pick(chance, shops.street).compromisedUntilDay = day + whole(chance, ways.terminalDays)
}
