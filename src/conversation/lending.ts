import type { Purpose } from '#consent'
import type { PullState } from '#intake'
import { type Clock, Private, type Sql } from '#kit'
import type { Link, People } from '#people'
import type { Actor, Loan, Refusal, Vault } from '#vault'
import { type Answer, type Errand, type Said, say } from './answer.ts'
import type { Line } from './answers/cards.ts'
import { grantAction, sayRefusal } from './answers/refusal.ts'
import type { Deliver } from './channel.ts'
import type { BankDirectory, PullDesk } from './ports.ts'
import { type Asker, type Scene, sceneOf } from './scene.ts'

/** What a composer made of a loan: a message, and `more` that follow it in the same commit. */
export type Composed = {
  said: Private<Said>
  kind?: Answer['kind']
  errand?: Errand
  once?: string
  more?: readonly Composed[]
}

export type Lending = ReturnType<typeof createLending>

/** Who reads, as the log says it. */
const ACTOR: Actor = { kind: 'service', id: 'conversation', role: 'conversation' }

/** How the conversation borrows: one purpose, one read, one answer; or the reason why not. */
export function createLending(needs: {
  vault: Vault
  people: People
  sql: Sql
  banks: BankDirectory
  pulls: Pick<PullDesk, 'statesOf'>
  clock: Clock
}) {
  const { vault, people, sql, banks, pulls, clock } = needs

  const bankName = (bankId: string) => banks.find(bankId)?.name ?? bankId
  const named = (bankId: string) => ({ id: bankId, name: bankName(bankId) })
  const liveLinks = async (personId: string): Promise<Link[]> =>
    (await people.links(sql, personId)).filter(({ state }) => state === 'linked')

  /** Says which linked banks are not in the answer, which are not read whole yet, and which gave their last figures some time ago. */
  function completed(
    said: Said,
    purpose: Purpose,
    {
      missing,
      arriving,
      down,
    }: { missing: readonly string[]; arriving: readonly string[]; down: readonly Down[] },
  ): Said {
    return {
      text: [
        ...arriving.map((bankId) => say('still-arriving', { bank: bankName(bankId) })),
        ...down.map(({ bankId, since }) => say('bank-down', { bank: bankName(bankId), since })),
        ...said.text,
        ...(missing.length > 0 ? [say('not-covered', { purpose, banks: missing.map(bankName) })] : []),
      ],
      show: said.show,
      actions: [...said.actions, ...missing.map((bankId) => grantAction(purpose, named(bankId)))],
    }
  }

  async function banksDown(links: readonly Link[]): Promise<Down[]> {
    const down: Down[] = []
    for (const bankId of new Set(links.map((link) => link.bankId))) {
      const since = await banks.downSince(bankId)
      if (since !== null) down.push({ bankId, since })
    }
    return down
  }

  /** An answer without figures. */
  function tell<T>(deliver: Deliver<T>, said: Said, more: Omit<Composed, 'said'> = {}): Promise<T> {
    const { kind = 'plain', errand = null, once = null } = more
    return deliver({ kind, purpose: null, said: new Private(said), errand, once }, null)
  }

  async function composeRefusal(asker: Asker, refusal: Refusal): Promise<Said> {
    const linked = (await liveLinks(asker.personId)).map(({ bankId }) => bankId)
    const left = refusal.bankIds.filter((bankId) => !linked.includes(bankId)).map(bankName)
    return sayRefusal(refusal, [...new Set(linked)].map(named), left)
  }

  /**
   * Borrows for one purpose, composes inside the loan, and delivers before it closes; a refusal is delivered too.
   * Without `linkIds`, the answer covers every bank with a live consent and names those without; `states` says how the reading
   * of each link goes. A composer that has nothing to say gives null, and nothing is delivered.
   */
  async function lendIfAny<P extends Purpose, T>(
    ask: { purpose: P; what: string; linkIds?: readonly string[]; alsoFor?: Purpose },
    asker: Asker,
    deliver: Deliver<T>,
    compose: (loan: Loan<P>, scene: Scene, states: readonly PullState[]) => Promise<Composed | null>,
  ): Promise<T | null> {
    const { personId } = asker
    // What is asked or told of single payments rests on what the bank pushed, whether it can be read or not.
    const isOfPushed = ask.purpose === 'fraud-alerts'
    // Asked for beforehand: nothing but the vault is waited for while a loan is held.
    const links = isOfPushed && ask.linkIds ? [] : await liveLinks(personId)
    const [down, states] = await Promise.all([
      isOfPushed ? [] : banksDown(links),
      ask.linkIds ? [] : pulls.statesOf(links.map(({ id }) => id)),
    ])
    const unread = new Set(states.filter(isArriving).map(({ linkId }) => linkId))
    const scene = sceneOf(asker, clock, bankName)
    const opened = await vault.open({ personId, actor: ACTOR, ...ask }, async (loan) => {
      const composed = await compose(loan, scene, states)
      if (!composed) return null
      const { said, more = [] } = composed
      const covered = new Set(loan.links.map(({ bankId }) => bankId))
      const missing = ask.linkIds
        ? []
        : [...new Set(links.map(({ bankId }) => bankId))].filter((bankId) => !covered.has(bankId))
      const downHere = down.filter(({ bankId }) => covered.has(bankId))
      const arriving = [
        ...new Set(loan.links.filter(({ linkId }) => unread.has(linkId)).map(({ bankId }) => bankId)),
      ]
      const whole = said.map((plain) =>
        completed(plain, ask.alsoFor ?? ask.purpose, { missing, arriving, down: downHere }),
      )
      const shown = await deliver(answerOf({ ...composed, said: whole }, ask.purpose), loan)
      for (const one of more) await deliver(answerOf(one, ask.purpose), loan)
      return shown
    })
    if (opened.ok) return opened.value
    return await tell(deliver, await composeRefusal(asker, opened), { kind: 'refusal' })
  }

  /**
   * Borrows a link of each of many people at once, composes inside each one's loan, and delivers before it closes. To whoever
   * refuses the read, nothing is said.
   */
  async function lendEach<P extends Purpose>(
    ask: { purpose: P; what: string },
    all: readonly { linkId: string; asker: Asker; deliver: Deliver<unknown> }[],
    compose: (loan: Loan<P>, place: number) => Promise<Omit<Composed, 'more'> | null>,
  ): Promise<void> {
    const links = all.map(({ linkId, asker: { personId } }) => ({ personId, linkId }))
    await vault.openEach({ ...ask, actor: ACTOR, links }, async (loan, place) => {
      const composed = await compose(loan, place)
      if (composed) await all[place]!.deliver(answerOf(composed, ask.purpose), loan)
    })
  }

  return {
    bankName,
    named,
    liveLinks,
    tell,
    composeRefusal,
    scene: (asker: Asker): Scene => sceneOf(asker, clock, bankName),
    line(bankId: string): Line {
      return { bank: bankName(bankId), phone: banks.find(bankId)?.supportPhone ?? null }
    },

    lendIfAny,
    lendEach,

    /** As `lendIfAny`, for what always has something to say. */
    async lend<P extends Purpose, T>(
      ask: { purpose: P; what: string; linkIds?: readonly string[]; alsoFor?: Purpose },
      asker: Asker,
      deliver: Deliver<T>,
      compose: (loan: Loan<P>, scene: Scene, states: readonly PullState[]) => Promise<Composed>,
    ): Promise<T> {
      return (await lendIfAny(ask, asker, deliver, compose))!
    },
  }
}

function answerOf(composed: Composed, purpose: Purpose): Answer {
  const { said, kind = 'plain', errand = null, once = null } = composed
  return { kind, purpose, said, errand, once }
}

/** A link's history is being read for the first time: what is seen of it now is not all. */
const isArriving = ({ pulledAt, nextAt, failingSince }: PullState): boolean =>
  pulledAt === null && nextAt !== null && failingSince === null

type Down = { bankId: string; since: number }
