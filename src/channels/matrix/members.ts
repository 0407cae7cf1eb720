import { z } from 'zod'
import { type Homeserver, pathOf, readJson } from './homeserver.ts'

const MEMBERS = z.object({
  chunk: z.array(
    z.object({ state_key: z.string(), content: z.looseObject({ membership: z.string().optional() }) }),
  ),
})

export type Member = { userId: string; membership: string }

/** Who is in a room, was invited to it or asks to come in, as the homeserver says now; null when it does not say. */
export async function readMembers(homeserver: Homeserver, roomId: string): Promise<Member[] | null> {
  const query = { not_membership: 'leave' }
  const called = await homeserver.call('GET', pathOf`/rooms/${roomId}/members`, { query })
  const read = called.ok ? MEMBERS.safeParse(readJson(called.text)) : null
  if (!read?.success) return null
  return read.data.chunk
    .map(({ state_key, content }) => ({ userId: state_key, membership: content.membership ?? '' }))
    .filter(({ membership }) => membership !== 'ban' && membership !== 'leave')
}
