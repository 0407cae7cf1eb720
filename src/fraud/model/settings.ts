import { z } from 'zod'
import { Fault } from '#kit'

/** How trees are grown, and in words what each setting may be. The names in brackets are XGBoost's. */
export const Settings = z.strictObject({
  trees: z.int().min(1).max(5_000).describe('a whole number from 1 to 5,000'),
  /** Questions on the way to a leaf, at most (max_depth). */
  depth: z.int().min(1).max(12).describe('a whole number from 1 to 12'),
  /** How much of each tree's advice is taken (eta). */
  learningRate: z.number().positive().max(1).describe('above 0 and at most 1'),
  /** The share of the rows each tree learns from (subsample). */
  rowShare: z.number().positive().max(1).describe('above 0 and at most 1'),
  /** The share of the features each tree may ask about (colsample_bytree). */
  featureShare: z.number().positive().max(1).describe('above 0 and at most 1'),
  /** Draws leaves towards nothing (lambda). */
  lambda: z.number().min(0).describe('0 or more'),
  /** What a split must gain at least (gamma). */
  gamma: z.number().min(0).describe('0 or more'),
  /** The weight a child must have at least (min_child_weight). */
  childWeightMin: z.number().min(0).describe('0 or more'),
  /** What a fraud weighs beside a genuine payment (scale_pos_weight). */
  fraudWeight: z.number().positive().describe('above 0'),
  seed: z.int().min(0).max(0xffff_ffff).describe('a whole number from 0 to 4,294,967,295'),
})
export type Settings = z.infer<typeof Settings>

/** One fixed choice, made on other weeks than those it is measured on. */
export const DEFAULT_SETTINGS: Settings = {
  trees: 150,
  depth: 4,
  learningRate: 0.06,
  rowShare: 0.8,
  featureShare: 0.7,
  lambda: 1,
  gamma: 0,
  childWeightMin: 1,
  fraudWeight: 1,
  seed: 1,
}

/** The settings, with the fixed choice for those left out. Throws `rows-unusable` naming one that is wrong and what it may be. */
export function checkSettings(settings: Partial<Settings>): Settings {
  const read = Settings.safeParse({ ...DEFAULT_SETTINGS, ...settings })
  if (read.success) return read.data
  const name = read.error.issues[0]?.path[0] as keyof Settings | undefined
  throw new Fault('rows-unusable', {
    detail:
      name === undefined
        ? 'there is a setting that nobody knows'
        : `the setting ${name} is ${settings[name]}; it must be ${Settings.shape[name].description}`,
  })
}
