/** The learned model: gradient-boosted trees, trained, calibrated, explained, kept and compared. Knows nothing of payments. */
export { type Calibration, calibrate, probabilityAt } from './calibrate.ts'
export { checkMatrix, type Matrix, rowOf, rowsOf } from './matrix.ts'
export { areaUnderRoc, atBudget, averagePrecision, brierScore, calibrationError } from './metrics.ts'
export { DEFAULT_SETTINGS, type Settings } from './settings.ts'
export { type Explanation, explainRow } from './shap.ts'
export { train } from './train.ts'
export { scoreRow, sigmoid, type Trees } from './trees.ts'
