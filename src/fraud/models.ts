import { type Clock, Fault, type Sql } from '#kit'
import { FEATURE_SET, FEATURES } from './features/index.ts'
import { checkDecision, createFollowing, type Decision, decideAlone } from './in-force.ts'
import type { ModelsInForce } from './judge.ts'
import { type Model, readModel } from './model/index.ts'
import { createBudget } from './rules/index.ts'
import { keepStop, STOPS, type Stop, type StoppedPart, stopOfModel } from './stops.ts'

const NAMES = FEATURES.map(({ name }) => name)
/** Tells the other processes that another model is in force. */
const CHANNEL = 'guichet_model'

export type ModelStatus = 'challenger' | 'champion' | 'retired'
export type KeptModel = {
  id: string
  status: ModelStatus
  addedAt: number
  decidedAt: number
  decidedBy: string
  reason: string
  metrics: Record<string, number>
  /** Made for the features of this version; one that was not judges nothing, whatever its status. */
  fits: boolean
  /** Why it judges nothing any more, while it is the champion. */
  stopped: Stop | null
}

export type Models = ReturnType<typeof createModels>

/** A model file for this version's features. Throws `model-unreadable`. */
export const readFraudModel = (text: string): Model =>
  readModel(text, { featureSet: FEATURE_SET, features: NAMES })

/** A model that is in force and cannot be read here: it was kept by a version that judged by other features. */
export type Unusable = { id: string; status: 'champion' | 'challenger'; error: unknown }

type Unread = Pick<Unusable, 'id' | 'status'> & { file: string }

/** A champion that asked about too many payments. */
export type StoppedModel = { model: string; payments: number; of: number }

/**
 * The models of this installation. A new one comes as the challenger: its opinion of each payment is kept, and decides
 * nothing until a person promotes it. One that an earlier version kept and this one cannot ask judges nothing, and `onUnusable`
 * says so each time the models are loaded: the rules go on alone, and nobody’s alerts wait for a new model. So they do when a
 * champion asks about more payments than a rule may: it judges nothing, in any process, until somebody promotes one anew, and
 * `onStopped` says so.
 */
export function createModels(needs: {
  sql: Sql
  clock: Clock
  onStopped?: (stopped: StoppedModel) => void
  onUnusable: (unusable: Unusable) => void
}) {
  const { sql, clock, onStopped = () => {}, onUnusable } = needs
  /** The champion as somebody put it in force, and whether it asked about too much since. */
  let promoted: { id: string; decidedAt: number } | null = null
  let isStopped = false
  let budget = createBudget(stopChampion)
  const inForce: {
    champion: Model | null
    challenger: Model | null
    note: NonNullable<ModelsInForce['note']>
  } = { champion: null, challenger: null, note: (asks) => budget(asks) }

  function stopChampion(asked: Omit<StoppedModel, 'model'>): void {
    if (!inForce.champion) return
    const { id } = inForce.champion
    inForce.champion = null
    isStopped = true
    onStopped({ model: id, ...asked })
    const judge = { id, since: promoted!.decidedAt }
    const stop = { rule: '', why: 'asked', ...asked, at: clock.now() } as const
    note(() => keepStop(sql, judge, stop))
  }

  async function read(): Promise<void> {
    const rows = await sql.query<Unread & { decidedAt: number; stops: StoppedPart[] }>(
      `select id, status, file, decided_at as "decidedAt", ${STOPS} from fraud.model where status <> 'retired'`,
    )
    const [champion, challenger] = (['champion', 'challenger'] as const).map((status) =>
      rows.find((one) => one.status === status),
    )
    if (champion?.id !== promoted?.id || champion?.decidedAt !== promoted?.decidedAt) {
      promoted = champion ? { id: champion.id, decidedAt: champion.decidedAt } : null
      isStopped = false
      budget = createBudget(stopChampion)
    }
    // Another process may have stopped it.
    isStopped ||= champion !== undefined && champion.stops.length > 0
    if (isStopped) inForce.champion = null
    else if (champion?.id !== inForce.champion?.id) inForce.champion = champion ? readKept(champion) : null
    if (challenger?.id !== inForce.challenger?.id)
      inForce.challenger = challenger ? readKept(challenger) : null
  }

  function readKept({ id, status, file }: Unread): Model | null {
    try {
      return readFraudModel(file)
    } catch (error) {
      onUnusable({ id, status, error })
      return null
    }
  }

  const { changed, note, start } = createFollowing({ sql, channel: CHANNEL, read })

  return {
    /** The models that judge now; it changes as they do. */
    inForce: inForce as ModelsInForce,

    /** Loads the models in force and follows their changes; `stop` ends the following. */
    start,

    async list(): Promise<KeptModel[]> {
      const models = await sql.query<Omit<KeptModel, 'stopped'> & { stops: StoppedPart[] }>(
        `select id, status, added_at as "addedAt", decided_at as "decidedAt", decided_by as "decidedBy", reason,
           (file::json -> 'model' -> 'metrics') as metrics,
           (file::json -> 'model' ->> 'featureSet') = $1 as fits, ${STOPS}
         from fraud.model order by added_at desc, id`,
        [FEATURE_SET],
      )
      return models.map(({ stops, ...model }) => ({ ...model, stopped: stopOfModel(stops) }))
    },

    /** Takes in a model as the challenger; the one before it is retired. Throws `model-unreadable` or `already-done`. */
    async add(text: string, decision: Decision): Promise<string> {
      checkDecision(decision)
      const { id } = readFraudModel(text)
      await sql.transaction(async (tx) => {
        await decideAlone(tx, 'fraud.model')
        const now = clock.now()
        const known = await tx.query(`select from fraud.model where id = $1`, [id])
        if (known.length > 0) throw new Fault('already-done')
        await tx.query(
          `update fraud.model set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
           where status = 'challenger'`,
          [now, decision.by, decision.reason],
        )
        await tx.query(
          `insert into fraud.model (id, status, file, added_at, decided_at, decided_by, reason)
           values ($1, 'challenger', $2, $3, $3, $4, $5)`,
          [id, text, now, decision.by, decision.reason],
        )
      })
      await changed()
      return id
    },

    /** Makes a model the champion; the one before it is retired. Throws `not-found`, or `model-unreadable` when it could not judge. */
    async promote(id: string, decision: Decision): Promise<void> {
      checkDecision(decision)
      const [row] = await sql.query<{ file: string }>(`select file from fraud.model where id = $1`, [id])
      if (!row) throw new Fault('not-found')
      readFraudModel(row.file)
      await sql.transaction(async (tx) => {
        await decideAlone(tx, 'fraud.model')
        const values = [clock.now(), decision.by, decision.reason, id]
        await tx.query(
          `update fraud.model set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
           where status = 'champion' and id <> $4`,
          values,
        )
        await tx.query(
          `update fraud.model set status = 'champion', decided_at = $1, decided_by = $2, reason = $3
           where id = $4`,
          values,
        )
      })
      await changed()
    },

    /** Takes a model out of force. Throws `not-found` when it is not in force. */
    async retire(id: string, decision: Decision): Promise<void> {
      checkDecision(decision)
      const rows = await sql.query(
        `update fraud.model set status = 'retired', decided_at = $1, decided_by = $2, reason = $3
         where id = $4 and status <> 'retired' returning id`,
        [clock.now(), decision.by, decision.reason, id],
      )
      if (rows.length === 0) throw new Fault('not-found')
      await changed()
    },
  }
}
