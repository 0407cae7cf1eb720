import { Fault, type FaultCode, JOINT, keyedHash, MINUTE, Private, sorted, type Tx } from '#kit'
import type { People } from '#people'
import type { Account, Batch, BatchEntry, Vault } from '#vault'
import { reveal } from '../kit/reveal.ts'
import type { BankEvent, CardPayment } from './bank-event.ts'
import { changeValues, insertChanges, type Noted } from './change-feed.ts'
import { reachOf, readKnown } from './known.ts'
import { type Message, type Received, Refused } from './lane.ts'
import { applyEvents, bankIdsOf, type Changes, type Ends, type Known, originOf } from './life-of-a-payment.ts'
import { type AccountChange, firstNumberOf } from './life-of-an-account.ts'
import type { LinkNews, Scorer } from './scorer.ts'

/** How long a missing event is waited for before it is pulled: it may only have been overtaken. */
const GAP_WAIT_MS = MINUTE

/** Events of a group for which the ways to the database and back take longer than what is done there. */
const SMALL_GROUP = 32
/** PostgreSQL's code for what a statement that must not go through does. */
const DIVISION_BY_ZERO = '22012'

const SERVICE = { kind: 'service', id: 'bank-intake', role: 'bank-intake' } as const
const WHAT = {
  'fraud-alerts': 'check-payment',
  'account-view': 'keep-payment',
  'spending-insights': 'keep-payment',
  'worth-knowing': 'keep-payment',
} as const

export type OwnedEvent = {
  event: BankEvent
  accountId: string
  /** The number its account's payments are known by: not the event's when the bank has renumbered it. */
  knownAs: string
}
/** What a group holds for one link, in the order of the events' sequence numbers. */
type Part = { entry: BatchEntry; events: readonly OwnedEvent[] }

/** A link's payments that a group tells of; `isNew` when they are taken for such as nothing was told of before. */
type Begun = { linkId: string; ids: string[]; isNew: boolean }

/** An event that was not seen before, and the first message that brought it. */
type Arrived = { event: BankEvent; message: Message }

/**
 * Remembers what a group has begun, what it changed and what its accounts' latest numbers are. With `$12` it fails where a payment
 * that was taken for new is not.
 */
const NOTE = `with payment as (
   select link_id, unnest(string_to_array(ids, '${JOINT}')) as transaction_id, is_new
   from unnest($1::text[], $2::text[], $3::boolean[]) as link (link_id, ids, is_new)
 ), begun as (
   insert into intake.payment (link_id, transaction_id) select link_id, transaction_id from payment
   on conflict do nothing returning link_id, transaction_id
 ), seen as (
   select * from unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $11::text[])
     as seen (link_id, account_id, lowest, highest, numbers)
 ), gaps as materialized (
   -- From the latest number on every one is there, or some are missing, before this group or within it. What is older was
   -- missed already when the latest came.
   select seen.link_id, seen.account_id
   from seen left join lateral (
     select sequence from intake.account_sequence
     where link_id = seen.link_id and account_id = seen.account_id offset 0
   ) as known on true
   cross join lateral (select coalesce(known.sequence, seen.lowest - 1) as latest) as since
   where seen.highest - since.latest
     > (select count(*) from unnest(string_to_array(seen.numbers, '${JOINT}')::bigint[]) as number where number > since.latest)
 ), noted as (
   insert into intake.account_sequence as known (link_id, account_id, sequence, gap_since)
   select link_id, account_id, highest,
     case when (link_id, account_id) in (select link_id, account_id from gaps) then $8::bigint end
   from seen
   on conflict (link_id, account_id) do update set
     sequence = greatest(known.sequence, excluded.sequence),
     gap_since = coalesce(known.gap_since, excluded.gap_since)
 ), hurried as (
   -- What is missing is pulled soon, once: a gap that is known is not new.
   update intake.pull set next_at = least(next_at, $13::bigint)
   where next_at is not null and link_id in (
     select link_id from gaps left join intake.account_sequence using (link_id, account_id) where gap_since is null
   )
 ), fed as (
   ${insertChanges(14)}
 ), due as (
   insert into intake.line_due as known (link_id, person_id, not_before)
   select link_id, person_id, $8::bigint from unnest($9::text[], $10::text[]) as fresh (link_id, person_id)
   order by link_id
   on conflict (link_id) do update set version = excluded.version,
     not_before = least(known.not_before, excluded.not_before)
 )
 select links as "notNew", 1 / (case when $12::boolean and cardinality(links) > 0 then 0 else 1 end) as passed
 from (select case when (select count(*) from begun) < (select count(*) from payment) then array(
   select link_id from payment left join begun using (link_id, transaction_id)
   where is_new and begun.transaction_id is null
 ) else '{}' end as links) as not_new`

/** A payment that was taken for new was not: its link is looked up before the group is taken again. */
class NotNew extends Error {
  readonly linkIds: readonly string[]

  constructor(linkIds: readonly string[]) {
    super('a payment of this group had begun before')
    this.linkIds = linkIds
  }
}

/**
 * Takes a group of one bank's messages in one commit: deduplicate, seal, score, open cases, announce. A payment just
 * authorised is taken for new without looking: what has begun is in a table of its own, and the write itself finds out.
 * Returning means committed; throwing means that nothing was kept.
 */
export function createTaker(needs: {
  vault: Vault
  people: People
  score: Scorer
  contentKey: Buffer
  now: () => number
  /** Told of the people whose data a commit has read. */
  onRead(personIds: readonly string[]): void
}) {
  const { vault, people, score, now, onRead } = needs
  const hashContent = keyedHash(needs.contentKey)
  /** A byte a letter: joined, thousands of them become bytes at once. */
  const contentOf = (event: BankEvent) => hashContent(JSON.stringify(event), 'latin1')

  return async function take(bankId: string, group: readonly Message[]): Promise<Map<Message, Received>> {
    const told = group.flatMap(({ events }) => events)
    const isSmall = told.length <= SMALL_GROUP
    const accounts = people.indexAccounts(
      bankId,
      told.map((event) => event.bankAccountId),
    )
    const lookUp = new Set<string>()
    for (;;) {
      let settle: ((committed: boolean) => void) | undefined
      let read: string[] = []
      try {
        const received = await vault.transaction(async (tx) => {
          const claiming = claim(tx, bankId, group)
          // The links are held meanwhile: an account that is new has to be known first, and is rare.
          const isKnown = told.every(({ type }) => type !== 'account')
          const holding = isKnown ? vault.holdBatch(tx, { bankId, accounts }) : undefined
          const scorer = isSmall ? score.ahead?.(tx, bankId, paymentsIn(told)) : undefined
          const [arrived, held] = await both(claiming, holding)
          const fresh = arrived.map(({ event }) => event)
          for (const event of fresh)
            if (event.type === 'account') await people.introduceAccount(tx, bankId, event)
          const kept = await vault.openBatch(
            tx,
            { bankId, accounts: accountsOf(fresh, accounts), actor: SERVICE, what: WHAT },
            async (batch) => {
              const parts = partsOf(batch, fresh)
              read = [...new Set(parts.map(({ entry }) => entry.personId))]
              const ours = new Set(parts.flatMap(({ events }) => events.map(({ event }) => event)))
              const dropped = fresh.length - ours.size
              if (dropped > 0) await countDropped(tx, bankId, dropped)
              settle = await keep(tx, batch, parts, { lookUp, isSmall, score: scorer ?? score })
              return ours
            },
            held,
          )
          return count(group, arrived, kept)
        })
        settle?.(true)
        onRead(read)
        return received
      } catch (error) {
        settle?.(false)
        if (!(error instanceof NotNew)) throw error
        for (const linkId of error.linkIds) lookUp.add(linkId)
      }
    }
  }

  /** Keeps the ids of events not seen before, and the messages' nonces. Throws `Refused`, `bank-withdrawn`. */
  async function claim(tx: Tx, bankId: string, group: readonly Message[]): Promise<Arrived[]> {
    const faults = new Map<Message, Fault>()
    const refuse = (message: Message, code: FaultCode) => faults.set(message, new Fault(code))
    const unique = new Map<string, Arrived & { content: string }>()
    const again: (Arrived & { content: string })[] = []
    for (const message of group) {
      for (const event of message.events) {
        const content = contentOf(event)
        const seen = unique.get(event.id)
        if (seen) again.push({ event, content, message })
        else unique.set(event.id, { event, content, message })
      }
    }
    const nonces = new Map(
      group.flatMap((message) => (message.nonce === null ? [] : [[message.nonce, message]])),
    )
    for (const message of group)
      if (message.nonce !== null && nonces.get(message.nonce) !== message) refuse(message, 'event-replayed')
    const ids = [...unique.keys()]
    const [done] = await tx.query<{ leftAt: number | null; repeated: string[]; newNonces: string[] }>(
      `with arrived as (
         select id, substring($3::bytea from place::int * 32 - 31 for 32) as content
         from unnest($2::text[]) with ordinality as arrived (id, place)
       ), fresh as (
         insert into intake.inbox (bank_id, event_id, content, received_at)
         select $1, id, content, $4 from arrived order by id
         on conflict do nothing returning event_id
       ), once as (
         insert into intake.nonce (bank_id, nonce, seen_at)
         select $1, nonce, $4 from unnest($5::text[]) as nonce order by nonce
         on conflict do nothing returning nonce
       )
       select (select left_at from people.bank_left where bank_id = $1) as "leftAt",
         array(select id from arrived where id not in (select event_id from fresh)) as repeated,
         array(select nonce from once) as "newNonces"`,
      [
        bankId,
        ids,
        Buffer.from(Array.from(unique.values(), ({ content }) => content).join(''), 'latin1'),
        now(),
        [...nonces.keys()],
      ],
    )
    if (done!.leftAt !== null) throw new Fault('bank-withdrawn')
    const known = new Set(done!.newNonces)
    for (const [nonce, message] of nonces) if (!known.has(nonce)) refuse(message, 'event-replayed')

    const repeated = new Set(done!.repeated)
    const kept = repeated.size === 0 ? [] : await contentsOf(tx, bankId, [...repeated])
    for (const { event_id, content } of kept)
      if (unique.get(event_id)!.content !== content.toString('latin1'))
        refuse(unique.get(event_id)!.message, 'event-conflict')
    for (const { event, content, message } of again)
      if (unique.get(event.id)!.content !== content) refuse(message, 'event-conflict')
    if (faults.size > 0) throw new Refused(faults)

    return [...unique.values()].filter(({ event }) => !repeated.has(event.id))
  }

  /** Works out what the events change, has it scored, and writes it. Returns what is to be told of the commit. */
  async function keep(
    tx: Tx,
    batch: Batch,
    parts: readonly Part[],
    { lookUp, isSmall, score }: { lookUp: ReadonlySet<string>; isSmall: boolean; score: Scorer },
  ): Promise<(committed: boolean) => void> {
    const simple = new Set(parts.filter((part) => !lookUp.has(part.entry.linkId) && isSimple(part)))
    const others = parts.filter((part) => !simple.has(part))
    const changed: { part: Part; changes: Private<Changes> }[] = [...simple].map((part) => ({
      part,
      changes: new Private(apply(NOTHING_KNOWN, part, new Map(), now())),
    }))
    if (others.length > 0) {
      const accounts = new Map<Part, Private<Account[]>>()
      for (const part of others) accounts.set(part, await readAccounts(part))
      const ends = await noteEnds(tx, others)
      for (const part of others) {
        const known = await knownOf(tx, part, accounts.get(part)!)
        changed.push({ part, changes: known.map((before) => apply(before, part, ends, now())) })
      }
    }

    const news: LinkNews[] = changed
      .filter(({ part }) => part.entry.purpose === 'fraud-alerts')
      .map(({ part, changes }) => ({
        entry: part.entry,
        told: changes.map(({ transactions }) => transactions),
        fresh: changes.map(({ fresh }) => fresh),
        flagged: changes.map(({ flagged }) => flagged),
        outcomes: changes.map(({ outcomes }) => outcomes),
      }))
    const { scores, settle } = await score(tx, news)
    try {
      const judged = reveal(scores)
      const begun: Begun[] = []
      const noted: Omit<Noted, 'version'>[] = []
      const newsworthy: Part[] = []
      for (const { part, changes } of changed) {
        const { transactions, balances, accounts, fresh, kinds, hasGrown } = reveal(changes)
        const { linkId } = part.entry
        const isNews =
          fresh.length > 0 || hasGrown || part.events.some(({ event }) => event.type === 'declined')
        if (part.entry.purpose === 'fraud-alerts' && isNews) newsworthy.push(part)
        if (transactions.length > 0)
          begun.push({ linkId, ids: transactions.map(({ id }) => id), isNew: simple.has(part) })
        for (const transaction of transactions) {
          batch.add(part.entry, 'transaction', transaction, judged.get(transaction.id) ?? null)
          const kind = kinds.get(transaction.id)
          if (kind) noted.push({ linkId, transaction, kind })
        }
        for (const balance of balances) batch.add(part.entry, 'balance', balance)
        for (const { account, change } of accounts) {
          batch.add(part.entry, 'account', account)
          if (change) await tellChange(part.entry, account, change)
        }
      }
      // Noted first: what is due for a line begins in the vault where the payments will be written. The write makes each link it
      // touches one version further.
      const changes = noted.map((one) => ({ ...one, version: batch.entries.get(one.linkId)!.version + 1 }))
      const isLast = isSmall && batch.isShort
      const noting = note(tx, parts, begun, newsworthy, changes, isLast)
      const writing = batch.write()
      if (isLast) tx.finish()
      await both(noting, writing)
      return settle
    } catch (error) {
      settle(false)
      throw error
    }
  }

  /**
   * Remembers which payments have begun, what changed of each account, its latest sequence number and gaps, and which links
   * may be told a line about a payment. Throws `NotNew`. With `isLast` nobody waits for the answer before the commit is sent,
   * so that the statement itself has to fail then.
   */
  async function note(
    tx: Tx,
    parts: readonly Part[],
    begun: readonly Begun[],
    newsworthy: readonly Part[],
    noted: readonly Noted[],
    isLast: boolean,
  ): Promise<void> {
    const accounts = parts.flatMap(({ entry, events }) =>
      [...Map.groupBy(events, ({ accountId }) => accountId)].map(([accountId, list]) => {
        const numbers = list.map(({ event }) => event.sequence)
        return {
          linkId: entry.linkId,
          accountId,
          numbers: [...new Set(numbers)].join(JOINT),
          lowest: Math.min(...numbers),
          highest: Math.max(...numbers),
        }
      }),
    )
    const at = now()
    const noting = tx.query<{ notNew: string[] }>(NOTE, [
      begun.map(({ linkId }) => linkId),
      begun.map(({ ids }) => ids.join(JOINT)),
      begun.map(({ isNew }) => isNew),
      accounts.map(({ linkId }) => linkId),
      accounts.map(({ accountId }) => accountId),
      accounts.map(({ lowest }) => lowest),
      accounts.map(({ highest }) => highest),
      at,
      newsworthy.map(({ entry }) => entry.linkId),
      newsworthy.map(({ entry }) => entry.personId),
      accounts.map(({ numbers }) => numbers),
      isLast,
      at + GAP_WAIT_MS,
      ...changeValues(noted),
    ])
    const [done] = await noting.catch((error: { code?: unknown }) => {
      if (error.code !== DIVISION_BY_ZERO) throw error
      throw new NotNew(begun.filter(({ isNew }) => isNew).map(({ linkId }) => linkId))
    })
    if (done!.notNew.length > 0) throw new NotNew(done!.notNew)
  }

  async function knownOf(
    tx: Tx,
    { entry, events }: Part,
    accounts: Private<Account[]>,
  ): Promise<Private<Known>> {
    // A bank’s clock may run ahead: its payments of today are looked for all the same.
    const oldest = Math.min(now(), ...events.map(({ event }) => event.at))
    const isAuthorised = events.some(({ event }) => event.type === 'authorised')
    const loan = await entry.loan(entry.purpose)
    const toJudge = isAuthorised && entry.purpose === 'fraud-alerts' ? await entry.loan('fraud-alerts') : null
    const reach = reachOf(oldest)
    const [transactions, judged] = await both(
      readKnown(tx, loan, entry.linkId, {
        oldest,
        ids: events.flatMap(({ event, accountId, knownAs }) =>
          event.type === 'balance' || event.type === 'account'
            ? []
            : bankIdsOf(event).map((bankTransactionId) => ({
                accountId,
                bankTransactionId,
                id: entry.transactionId(knownAs, bankTransactionId),
              })),
        ),
      }),
      toJudge?.judged(reach),
    )
    const known = Private.all([transactions, accounts]).map(([payments, all]) => ({
      transactions: payments,
      accounts: all,
    }))
    if (!judged) return known
    return Private.all([known, judged]).map(([before, scored]) => {
      // Of payments from before that reach it was not asked.
      const unjudged = new Set(before.transactions.flatMap(({ id, at }) => (at >= reach.from ? [id] : [])))
      for (const { id } of scored) unjudged.delete(id)
      return { ...before, unjudged }
    })
  }

  /**
   * The link's accounts, when an event is about one or a renumbered one pays; its payments are then known by the number
   * that it had first.
   */
  async function readAccounts({ entry, events }: Part): Promise<Private<Account[]>> {
    const told = events.flatMap(({ event, accountId }) =>
      event.type === 'account' ? [{ event, accountId }] : [],
    )
    if (told.length === 0 && !events.some(({ accountId }) => entry.renumbered.has(accountId)))
      return new Private([])
    const loan = await entry.loan(entry.purpose)
    const accounts = await loan.accounts()
    const known = new Map(reveal(accounts).map((account) => [account.id, account]))
    for (const one of events) {
      const account = known.get(one.accountId)
      const event = told.find(({ accountId }) => accountId === one.accountId)?.event
      if (account) one.knownAs = firstNumberOf(account)
      // Never pulled and renumbered already.
      else if (event?.formerBankAccountId) one.knownAs = event.formerBankAccountId
    }
    return accounts
  }
}

/** What both give. Neither needs the other's answer; neither may outlive the transaction that the other fails. */
async function both<A, B>(first: Promise<A>, second: Promise<B> | undefined): Promise<[A, B | undefined]> {
  const [one, other] = await Promise.allSettled([first, second])
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return [one.value, other.value]
}

/** Of the accounts of a group, by their keyed hashes, those that its fresh events are about. */
function accountsOf(
  fresh: readonly BankEvent[],
  accounts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const asked = new Set(fresh.map((event) => event.bankAccountId))
  return asked.size === accounts.size ? accounts : new Map([...accounts].filter(([, id]) => asked.has(id)))
}

const paymentsIn = (events: readonly BankEvent[]): CardPayment[] =>
  events.flatMap((event) => ('payment' in event ? [event.payment] : []))

const NOTHING_KNOWN: Known = { transactions: [], accounts: [] }

/** The person is told by whoever may read the account; the announcement itself says only that something became of it. */
async function tellChange(entry: BatchEntry, account: Account, change: AccountChange): Promise<void> {
  const loan = await entry.loan(entry.purpose)
  const { personId, linkId } = entry
  await loan.announce('account-changed', {
    personId,
    linkId,
    accountId: account.id,
    change,
    at: account.asOf!,
  })
}

function partsOf(batch: Batch, fresh: readonly BankEvent[]): Part[] {
  const byAccount = Map.groupBy(fresh, (event) => event.bankAccountId)
  return [...batch.entries.values()].map((entry) => {
    const events = [...entry.accountIds].flatMap(([bankAccountId, accountId]) =>
      byAccount.get(bankAccountId)!.map((event) => ({ event, accountId, knownAs: bankAccountId })),
    )
    return { entry, events: sorted(events, (a, b) => a.event.sequence - b.event.sequence) }
  })
}

/**
 * Nothing but balances and authorisations of different payments: what came before need not be known. The hold of a refund may
 * come after its posting, which has an id of its own.
 */
function isSimple({ entry, events }: Part): boolean {
  const begun = new Set<string>()
  for (const { event, accountId } of events) {
    if (event.type === 'account' || entry.renumbered.has(accountId)) return false
    if (event.type === 'balance') continue
    const origin = originOf(event)
    if (event.type !== 'authorised' || begun.has(origin)) return false
    if (event.payment.amount.amountMinor > 0) return false
    begun.add(origin)
  }
  return true
}

const apply = (before: Known, { entry, events }: Part, ends: Ends, now: number): Changes =>
  applyEvents(before, events, ends, (knownAs, id) => entry.transactionId(knownAs, id), now)

function count(
  group: readonly Message[],
  arrived: readonly Arrived[],
  kept: ReadonlySet<BankEvent>,
): Map<Message, Received> {
  const received = new Map<Message, Received>(
    group.map((message) => [message, { accepted: 0, duplicates: message.events.length, dropped: 0 }]),
  )
  for (const { event, message } of arrived) {
    const counts = received.get(message)!
    counts.duplicates--
    counts[kept.has(event) ? 'accepted' : 'dropped']++
  }
  return received
}

const contentsOf = (tx: Tx, bankId: string, ids: readonly string[]) =>
  tx.query<{ event_id: string; content: Buffer }>(
    `select event_id, content from intake.inbox where bank_id = $1 and event_id = any($2)`,
    [bankId, ids],
  )

async function countDropped(tx: Tx, bankId: string, dropped: number): Promise<void> {
  await tx.query(
    `insert into intake.dropped (bank_id, events) values ($1, $2)
     on conflict (bank_id) do update set events = intake.dropped.events + excluded.events`,
    [bankId, dropped],
  )
}

/** Remembers which payments these events end, and returns how those they are about had ended before. */
async function noteEnds(tx: Tx, parts: readonly Part[]): Promise<Ends> {
  const about = parts.flatMap(({ entry, events }) =>
    events.flatMap(({ event, knownAs }) =>
      event.type === 'balance' || event.type === 'account'
        ? []
        : bankIdsOf(event).map((bankTransactionId) => ({
            linkId: entry.linkId,
            // By its own id too where it is undone: the bank may list the undoing, under that id, as a row.
            isEnd:
              event.type === 'reversed' ||
              (event.type === 'released' && bankTransactionId === originOf(event)),
            type: event.type,
            id: entry.transactionId(knownAs, bankTransactionId),
          })),
    ),
  )
  const rows = await tx.query<{ transaction_id: string; ended: 'released' | 'reversed' }>(
    `select transaction_id, ended from intake.payment
     where link_id = any($1) and transaction_id = any($2) and ended is not null`,
    [[...new Set(about.map(({ linkId }) => linkId))], about.map(({ id }) => id)],
  )
  const ending = new Map(about.filter(({ isEnd }) => isEnd).map((end) => [`${end.linkId} ${end.id}`, end]))
  if (ending.size > 0) {
    const ends = [...ending.values()]
    await tx.query(
      `insert into intake.payment as known (link_id, transaction_id, ended)
       select * from unnest($1::text[], $2::text[], $3::text[])
       on conflict (link_id, transaction_id) do update set
         ended = coalesce(known.ended, excluded.ended), unlisted_at = null`,
      [ends.map(({ linkId }) => linkId), ends.map(({ id }) => id), ends.map(({ type }) => type)],
    )
  }
  return new Map(rows.map((row) => [row.transaction_id, row.ended]))
}
