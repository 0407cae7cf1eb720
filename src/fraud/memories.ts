import { DAY, type Private } from '#kit'
import { sizeOf } from './decide.ts'
import type { Memory } from './memory.ts'

/** A memory, whose it is, and the committed version of the link that it is true of. */
export type Remembered = { personId: string; memory: Private<Memory>; version: number }

type Slot = Remembered & { size: number; usedAt: number }

/** Habits that were not used for this long go when the next ones come: memory is no archive. */
const UNUSED_MAX = DAY

/** Memories of links, the least recently used dropped first when more than `paymentsMax` payments are held in all. */
export function createMemories(paymentsMax: number) {
  const slots = new Map<string, Slot>()
  let held = 0

  function drop(linkId: string): Slot | undefined {
    const slot = slots.get(linkId)
    if (!slot) return undefined
    slots.delete(linkId)
    held -= slot.size
    return slot
  }

  return {
    /** Hands over a link's memory: who changes it puts it back when done, so that a half-done change is never met. */
    take: (linkId: string): Remembered | undefined => drop(linkId),

    put(linkId: string, remembered: Remembered, now: number): void {
      drop(linkId)
      const size = sizeOf(remembered.memory)
      slots.set(linkId, { ...remembered, size, usedAt: now })
      held += size
      // A Map keeps the order of insertion, and every use inserts anew: the first slot is the one unused for longest.
      for (const [oldest, { usedAt }] of slots) {
        if (held <= paymentsMax && now - usedAt < UNUSED_MAX) break
        drop(oldest)
      }
    },

    forget: (linkId: string): void => void drop(linkId),

    forgetPerson(personId: string): void {
      for (const [linkId, slot] of slots) if (slot.personId === personId) drop(linkId)
    },
  }
}
