import type { Quality } from './judge.ts'

/**
 * Figures that the Fraud Detection Handbook publishes (github.com/Fraud-Detection-Handbook, commit 81cf7d17), so that ours
 * stand beside them.
 */

/** One training week, 7 days of delay: Chapter_3_GettingStarted/BaselineModeling.ipynb, cell 41. */
export const STANDARD_SPLIT: Record<string, Quality> = {
  'logistic regression': { auc: 0.871, ap: 0.606, cp100: 0.291 },
  'decision tree, depth 2': { auc: 0.763, ap: 0.496, cp100: 0.241 },
  'decision tree': { auc: 0.788, ap: 0.309, cp100: 0.243 },
  'random forest': { auc: 0.867, ap: 0.658, cp100: 0.287 },
  XGBoost: { auc: 0.862, ap: 0.639, cp100: 0.273 },
}

/** Four training weeks, tuned: Chapter_7_DeepLearning/SequentialModeling.ipynb, cell 147. */
export const FOUR_WEEKS: Record<string, Quality> = {
  'decision tree': { auc: 0.797, ap: 0.579, cp100: 0.284 },
  'logistic regression': { auc: 0.868, ap: 0.623, cp100: 0.297 },
  'random forest': { auc: 0.87, ap: 0.678, cp100: 0.299 },
  XGBoost: { auc: 0.869, ap: 0.687, cp100: 0.303 },
  MLP: { auc: 0.876, ap: 0.675, cp100: 0.303 },
  CNN: { auc: 0.872, ap: 0.599, cp100: 0.288 },
  LSTM: { auc: 0.876, ap: 0.665, cp100: 0.297 },
  'LSTM with attention': { auc: 0.874, ap: 0.667, cp100: 0.295 },
}

/** The same book's models on real cards: Chapter_3_GettingStarted/images/WL_benchmark_test_set.png. */
export const REAL_CARDS: Record<string, Quality> = {
  'logistic regression': { auc: 0.788, ap: 0.035, cp100: 0.15 },
  'random forest': { auc: 0.78, ap: 0.015, cp100: 0.104 },
  XGBoost: { auc: 0.899, ap: 0.035, cp100: 0.09 },
}
