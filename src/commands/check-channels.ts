import { DAY, FAULTS } from '#kit'
import { type Finding, findingOf, note, right, wrong } from './check.ts'
import { type FoundDatabase, query } from './check-database.ts'

const instant = (ms: string | null): string =>
  ms === null ? 'never' : `${new Date(Number(ms)).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** How many people something waits for, in a chat that takes it only once they wrote again. */
async function findClosed({ urls }: FoundDatabase): Promise<Finding[]> {
  const closed = await query<{ door: string; people: number }>(
    urls.rooms,
    `select door, count(distinct delivery.person_id)::int as people from channels.delivery
     join channels.outbox on outbox.person_id = delivery.person_id and outbox.id = outbox_id
     where delivery.state = 'closed' and outbox.state = 'waiting' group by door order by door`,
  )
  return closed.map(({ door, people }) =>
    note(
      `Outside the hours in which ${door} takes our messages: ${people} told of what waits once they write again`,
      'On their own page it is there already. `guichet channel check` says whether templates could tell them sooner.',
    ),
  )
}

/**
 * How each messenger's webhook is answered, what came in the last day that was not for us, and what waits for people to write;
 * counts only.
 */
export async function checkChannels(found: FoundDatabase, now: number): Promise<Finding[]> {
  try {
    const webhooks = await query<{
      messenger: string
      acceptedAt: string | null
      failingSince: string | null
      status: number | null
      passedBy: string | null
    }>(
      found.urls.rooms,
      `select messenger, accepted_at as "acceptedAt", failing_since as "failingSince", status,
         (select string_agg(what || ' ' || count, ', ' order by what) from (
            select what, sum(count) as count from channels.passed_by
            where messenger = webhook.messenger and day >= $1 and what in ('other_page', 'other_number', 'group', 'malformed', 'stale')
            group by what) as kind) as "passedBy"
       from channels.webhook as webhook order by messenger`,
      [Math.floor(now / DAY) - 1],
    )
    if (webhooks.length === 0) return [note('Messengers: none has sent anything yet')]
    const answered = webhooks.map(({ messenger, acceptedAt, failingSince, status, passedBy }) => {
      const says = `The webhook of ${messenger}: last accepted ${instant(acceptedAt)}`
      const besides = passedBy === null ? '' : `; not for us since yesterday: ${passedBy}`
      return failingSince === null
        ? right(`${says}${besides}`)
        : wrong(
            `${says}, failing since ${instant(failingSince)} with status ${status}${besides}`,
            FAULTS['webhook-failing'].mend,
          )
    })
    return [...answered, ...(await findClosed(found))]
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? [note('Messengers: none yet')]
      : [findingOf('Messengers', error)]
  }
}
