import { FAULTS, type FaultCode } from '#kit'
import { type Finding, findingOf, note, right, wrong } from './check.ts'
import { type FoundDatabase, query } from './check-database.ts'

/** How each bank's links are doing: how many cannot be read, since when at the longest and why; counts only. */
export async function checkConnections({ urls }: FoundDatabase): Promise<Finding[]> {
  try {
    const banks = await query<{
      bank: string
      links: number
      failing: number
      ended: number
      since: string | null
      why: string | null
      gaps: number
    }>(
      urls.rooms,
      `select bank_id as bank, count(*)::int as links,
         count(*) filter (where failing_since is not null and next_at is not null)::int as failing,
         count(*) filter (where why = 'bank-access-ended')::int as ended,
         to_char(to_timestamp(min(failing_since) filter (where next_at is not null) / 1000) at time zone 'UTC',
           'YYYY-MM-DD HH24:MI "UTC"') as since,
         mode() within group (order by why) filter (where failing_since is not null and next_at is not null) as why,
         (select count(distinct link_id) from intake.account_sequence join intake.pull using (link_id)
          where gap_since is not null and bank_id = pulled.bank_id)::int as gaps
       from intake.pull as pulled group by bank_id order by bank_id`,
    )
    if (banks.length === 0) return [right('Connections: nobody is linked yet')]
    return banks.map(({ bank, links, failing, ended, since, why, gaps }) => {
      const others = [
        ...(ended > 0 ? [`${ended} ended at the bank`] : []),
        ...(gaps > 0 ? [`${gaps} with events missing, to be pulled`] : []),
      ]
      const says = `Connections to ${bank}: ${[`${links} linked`, ...others].join(', ')}`
      if (failing === 0) return right(says)
      const mend = why !== null && why in FAULTS ? FAULTS[why as FaultCode].mend : FAULTS.internal.mend
      return wrong(`${says}, ${failing} cannot be read since ${since} (${why})`, mend)
    })
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? [note('Connections: none yet')]
      : [findingOf('Connections', error)]
  }
}
