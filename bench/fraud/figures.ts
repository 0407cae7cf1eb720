import type { Quality } from './judge.ts'

/** Three figures as tables print them, with as many digits as the published ones. */
export function figuresOf({ auc, ap, cp100 }: Quality): string[] {
  return [auc, ap, cp100].map((value) => value.toFixed(3))
}

export const QUALITY_HEADER = ['AUC', 'AP', 'CP@100']

export function meanOf(qualities: readonly Quality[]): Quality {
  const mean = (pick: (quality: Quality) => number) =>
    qualities.reduce((sum, quality) => sum + pick(quality), 0) / qualities.length
  return { auc: mean(({ auc }) => auc), ap: mean(({ ap }) => ap), cp100: mean(({ cp100 }) => cp100) }
}

/** Means with the standard deviation of the weeks, as the book prints them. */
export function spreadOf(qualities: readonly Quality[]): string[] {
  const mean = meanOf(qualities)
  return (['auc', 'ap', 'cp100'] as const).map((name) => {
    const variance = qualities.reduce((sum, quality) => sum + (quality[name] - mean[name]) ** 2, 0)
    return `${mean[name].toFixed(3)} ± ${Math.sqrt(variance / qualities.length).toFixed(3)}`
  })
}
