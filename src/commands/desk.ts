import type { Requests } from '#channels'
import type { Models, OwnEvents, RuleSets, Tally } from '#fraud'
import type { Staff } from '#http'
import type { ImportRequest, StatementReport } from '#intake'
import type { Accesses, Registry } from '#readers'

/**
 * What an operator can do to an installation, running or not, by the same rooms and the same gate as everyone: there is
 * no way round a consent here either. `guichet.ts` opens it.
 */
export type Desk = {
  /** The fraud models: added, promoted and retired by somebody, for a reason. */
  models: Pick<Models, 'list' | 'add' | 'promote' | 'retire'>
  /** The fraud rules: added, promoted and retired by somebody, for a reason. */
  ruleSets: Pick<RuleSets, 'list' | 'text' | 'add' | 'promote' | 'retire'>
  /** The apps that people may let read; having one out ends what people allowed it. */
  readers: Pick<Registry, 'list' | 'add'> & { withdraw: Accesses['withdrawReader'] }
  /** What people wait for that only somebody at the bank can settle. */
  requests: Requests
  /** How people's reports of payments turned out, at each bank, as counts. */
  tallies(): Promise<(Tally & { bankId: string })[]>
  /** What a bank's own people paid and answered, for as long as something is learnt from it. */
  ownEvents: OwnEvents
  /** Who of a bank’s staff may use its console. `invite` throws `bank-unknown`. */
  staff: Pick<Staff, 'invite' | 'list'> & { remove(memberId: string): Promise<void> }
  /** Takes a statement file of a bank. Throws `bank-unknown`, `bank-withdrawn`, and what the file’s reader throws. */
  importStatement(request: Omit<ImportRequest, 'by'>): Promise<StatementReport>
  listBanks(): Promise<
    {
      id: string
      name: string
      simulated: boolean
      status: 'open' | 'withdrawn'
      links: number
      failing: number
    }[]
  >
  /** Destroys the bank's keys and has its people told. Throws `bank-unknown` or `bank-withdrawn`. */
  withdrawBank(bankId: string, reason: string): Promise<{ links: number }>
  /** Everything held about a person as the file they would download. Throws `not-found`. */
  exportPerson(personId: string): Promise<string>
  /** Throws `not-found`. */
  erasePerson(personId: string): Promise<void>
  close(): Promise<void>
}
