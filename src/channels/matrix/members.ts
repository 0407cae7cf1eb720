import { z } from 'zod'
import { type CallFailed, type Homeserver, pathOf, readJson } from './homeserver.ts'

const MEMBERS = z.object({
  chunk: z.array(
    z.object({ state_key: z.string(), content: z.looseObject({ membership: z.string().optional() }) }),
  ),
})

export type Member = { userId: string; membership: string }
export type Members = { ok: true; members: Member[] } | CallFailed

/** Who is in a room, was invited to it or asks to come in, as the homeserver says now. */
export async function readMembers(homeserver: Homeserver, roomId: string): Promise<Members> {
  const query = { not_membership: 'leave' }
  const called = await homeserver.call('GET', pathOf`/rooms/${roomId}/members`, { query })
  if (!called.ok) return called
  const read = MEMBERS.safeParse(readJson(called.text))
  if (!read.success) return { ok: false, why: 'retry', code: 'no-members' }
  const members = read.data.chunk
    .map(({ state_key, content }) => ({ userId: state_key, membership: content.membership ?? '' }))
    .filter(({ membership }) => membership !== 'ban' && membership !== 'leave')
  return { ok: true, members }
}
