import { z } from 'zod'
import { Fault } from '#kit'
import { flatten, type Node, type Trees } from './trees.ts'

const numbers = z.array(z.number())
const ints = z.array(z.int())
const flags = z.array(z.union([z.literal(0), z.literal(1), z.boolean()]))

/** What of XGBoost's JSON model is read (its "Introduction to Model IO", model.schema). */
const XgboostTree = z.looseObject({
  left_children: ints,
  right_children: ints,
  split_indices: ints,
  /** For a leaf, what it adds. */
  split_conditions: numbers,
  /** 0 and 1; true and false in early versions. */
  default_left: flags,
  /** 1 where values are looked for in a set of categories; not written before version 1.3. */
  split_type: ints.default([]),
  sum_hessian: numbers,
})
const XgboostFile = z.looseObject({
  learner: z.looseObject({
    /** Texts; where training was stopped early, `best_iteration` is among them. */
    attributes: z
      .looseObject({
        best_iteration: z
          .string()
          .regex(/^\d{1,9}$/)
          .optional(),
      })
      .default({}),
    feature_names: z.array(z.string()).default([]),
    objective: z.looseObject({ name: z.string() }),
    // A number as text, a probability in every version: 5E-1. Version 2 learns it; from 3.1 on it is a list, here of one: [5E-1].
    learner_model_param: z.looseObject({
      base_score: z.union([z.string(), z.number()]),
      num_feature: z.union([z.string(), z.number()]),
      num_target: z.union([z.string(), z.number()]).default('1'),
    }),
    gradient_booster: z.looseObject({
      name: z.string().optional(),
      model: z
        .looseObject({
          /** Of a boosted forest, several trees are grown in each iteration. */
          gbtree_model_param: z
            .looseObject({ num_parallel_tree: z.union([z.string(), z.number()]).default('1') })
            .default({ num_parallel_tree: '1' }),
          trees: z.array(XgboostTree),
        })
        .optional(),
    }),
  }),
})

/**
 * Trees that XGBoost trained for `binary:logistic`, from the file that `save_model('….json')` writes. It compares and adds
 * in 32 bits, and so is done here. A file that does not name its features is taken to be about `names`, when it has as many.
 * Trees that were grown after the best iteration are left out, as XGBoost's own estimators do (`iteration_range` of `predict`);
 * `leftOut` says how many. Throws `model-unreadable`, saying what does not fit.
 */
export function readXgboost(
  text: string,
  names: readonly string[],
): { features: readonly string[]; trees: Trees; leftOut: number } {
  const refuse = (detail: string): never => {
    throw new Fault('model-unreadable', { detail })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('the file is cut short, or is not JSON; XGBoost writes JSON when the name ends in .json')
  }
  const read = XgboostFile.safeParse(json)
  if (!read.success) return refuse(`${read.error.issues[0]?.path.join('.')} is not as XGBoost writes it`)
  const { learner } = read.data
  if (learner.objective.name !== 'binary:logistic')
    return refuse(`its objective is ${learner.objective.name}; only binary:logistic is read`)
  const base = Number(`${learner.learner_model_param.base_score}`.replace(/^\[(.*)\]$/, '$1'))
  if (!(base > 0 && base < 1)) return refuse('its base_score is no probability')
  if (Number(learner.learner_model_param.num_target) > 1)
    return refuse('it answers several questions at once; only whether a payment is fraud is asked here')
  const isNamed = learner.feature_names.length > 0
  const count = Number(learner.learner_model_param.num_feature)
  if (!isNamed && count !== names.length)
    return refuse(`it is about ${count} features without their names, and there are ${names.length}`)
  const { name, model } = learner.gradient_booster
  // What dart drops, and what is linear, is written elsewhere in the file.
  if ((name !== undefined && name !== 'gbtree') || !model)
    return refuse(`its booster is ${name ?? 'not said'}; only gbtree is read`)
  const best = learner.attributes.best_iteration
  const perIteration = Math.max(1, Number(model.gbtree_model_param.num_parallel_tree))
  const trees = best === undefined ? model.trees : model.trees.slice(0, (Number(best) + 1) * perIteration)
  if (trees.length === 0) return refuse('it has no tree')
  if (trees.some(({ split_type }) => split_type.some((type) => type !== 0)))
    return refuse('it splits by categories; only numbers are compared here')
  const roots = trees.map((tree, place) => nodeOf(tree, 0, place, refuse, 0))
  return {
    features: isNamed ? learner.feature_names : names,
    trees: flatten(roots, Math.fround(Math.log(base / (1 - base))), true),
    leftOut: model.trees.length - trees.length,
  }
}

const DEPTH_MAX = 64

function nodeOf(
  tree: z.infer<typeof XgboostTree>,
  at: number,
  place: number,
  refuse: (detail: string) => never,
  depth: number,
): Node {
  const left = tree.left_children[at]
  const right = tree.right_children[at]
  const condition = tree.split_conditions[at]
  const feature = tree.split_indices[at]
  if (left === undefined || right === undefined || condition === undefined || feature === undefined)
    return refuse(`tree ${place} leads outside itself`)
  if (depth > DEPTH_MAX) return refuse(`tree ${place} goes round in a circle, or is too deep`)
  const isLeaf = left < 0
  const child = (next: number) => nodeOf(tree, next, place, refuse, depth + 1)
  return {
    feature: isLeaf ? -1 : feature,
    threshold: isLeaf ? 0 : Math.fround(condition),
    missingRight: !tree.default_left[at],
    value: isLeaf ? Math.fround(condition) : 0,
    cover: tree.sum_hessian[at] ?? 0,
    left: isLeaf ? null : child(left),
    right: isLeaf ? null : child(right),
  }
}
