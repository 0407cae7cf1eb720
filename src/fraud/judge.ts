import type { Features } from './features.ts'
import { explainRow, type Model, probabilityAt, scoreRow, sigmoid } from './model/index.ts'
import { reasonsFromModel } from './model-reasons.ts'
import type { Payment } from './payment.ts'
import { BUILT_IN, type RuleSet } from './rules/index.ts'
import { judgeByRules, REASONS_MAX, type Verdict } from './rules.ts'

/** How sure a model was that a payment is fraud. */
export type Opinion = { model: string; probability: number }

/** What was decided about a payment, and what the models thought; a challenger's opinion decides nothing. */
export type Judgement = Verdict & {
  champion: Opinion | null
  challenger: Opinion | null
  /** The rule set that judged. */
  rules: string
  /** What a rule set on trial would have done; it decides nothing. */
  shadow: { rules: string; asks: boolean; held: string[] } | null
}

/** Decides about a payment by its features, as the typed record that rules read and as the vector that models do. */
export type Judge = (
  features: Features,
  payment: Payment,
  vector: Float64Array,
  /** Rules that the person snoozed, and until when. */
  snoozed?: ReadonlyMap<string, number>,
) => Judgement

/** The models in force; they may change from one payment to the next. */
export type ModelsInForce = {
  readonly champion: Model | null
  readonly challenger: Model | null
  /** Told of each payment that the champion judged, and whether it asks; a champion that asks too much is none afterwards. */
  note?(asks: boolean): void
}

/** The rule sets in force; they may change from one payment to the next. */
export type RulesInForce = { readonly live: RuleSet; readonly shadow: RuleSet | null }

/** From this probability of fraud on, a person is asked: about one in three of those asked will say that it was not them. */
export const ASK_PROBABILITY = 0.3

/**
 * Joins the rules and the champion: either may ask, and what the person vouched for is asked about by neither. Without a
 * champion the rules decide alone.
 */
export function createJudge(
  models: ModelsInForce,
  rules: RulesInForce = { live: BUILT_IN, shadow: null },
  askFrom = ASK_PROBABILITY,
): Judge {
  return (features, payment, vector, snoozed) => {
    const { asks, score, reasons, held } = judgeByRules(features, payment, vector, rules.live, snoozed)
    const model = models.champion
    const champion = opinionOf(model, vector)
    const verdict: Judgement = {
      asks,
      score,
      reasons,
      held,
      rules: rules.live.id,
      shadow: rules.shadow && tryRules(rules.shadow, features, payment, vector),
      champion,
      challenger: opinionOf(models.challenger, vector),
    }
    const modelAsks = champion !== null && champion.probability >= askFrom && !features.isVouched
    if (model) models.note?.(modelAsks)
    if (!model || !modelAsks) return verdict
    const { trees, features: names } = model
    const { contributions } = explainRow(trees, vector, names.length)
    const said = new Set<string>(verdict.reasons.map(({ code }) => code))
    const more = reasonsFromModel(contributions, features, payment, vector).filter(
      ({ code }) => !said.has(code),
    )
    return {
      ...verdict,
      asks: true,
      reasons: [...verdict.reasons, ...more].slice(0, REASONS_MAX),
    }
  }
}

function tryRules(set: RuleSet, features: Features, payment: Payment, vector: Float64Array) {
  const { asks, held } = judgeByRules(features, payment, vector, set)
  return { rules: set.id, asks, held }
}

function opinionOf(model: Model | null, vector: Float64Array): Opinion | null {
  if (!model) return null
  const logOdds = scoreRow(model.trees, vector)
  const probability = model.calibration ? probabilityAt(model.calibration, logOdds) : sigmoid(logOdds)
  return { model: model.id, probability }
}
