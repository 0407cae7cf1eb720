import { DAY, FAULTS } from '#kit'
import { type Finding, findingOf, note, right, wrong } from './check.ts'
import { type FoundDatabase, query } from './check-database.ts'

const instant = (ms: string | null): string =>
  ms === null ? 'never' : `${new Date(Number(ms)).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** How each messenger's webhook is answered, and what came in the last day that was not for us; counts only. */
export async function checkChannels({ urls }: FoundDatabase, now: number): Promise<Finding[]> {
  try {
    const webhooks = await query<{
      messenger: string
      acceptedAt: string | null
      failingSince: string | null
      status: number | null
      passedBy: string | null
    }>(
      urls.rooms,
      `select messenger, accepted_at as "acceptedAt", failing_since as "failingSince", status,
         (select string_agg(what || ' ' || count, ', ' order by what) from (
            select what, sum(count) as count from channels.passed_by
            where messenger = webhook.messenger and day >= $1 and what in ('other_page', 'other_number', 'group', 'malformed', 'stale')
            group by what) as kind) as "passedBy"
       from channels.webhook as webhook order by messenger`,
      [Math.floor(now / DAY) - 1],
    )
    if (webhooks.length === 0) return [note('Messengers: none has sent anything yet')]
    return webhooks.map(({ messenger, acceptedAt, failingSince, status, passedBy }) => {
      const says = `The webhook of ${messenger}: last accepted ${instant(acceptedAt)}`
      const besides = passedBy === null ? '' : `; not for us since yesterday: ${passedBy}`
      return failingSince === null
        ? right(`${says}${besides}`)
        : wrong(
            `${says}, failing since ${instant(failingSince)} with status ${status}${besides}`,
            FAULTS['webhook-failing'].mend,
          )
    })
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? [note('Messengers: none yet')]
      : [findingOf('Messengers', error)]
  }
}
