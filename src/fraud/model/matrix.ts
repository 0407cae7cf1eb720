import { Fault } from '#kit'

/** Rows to learn from or to judge: row-major, `names.length` wide, NaN where nothing can be said. */
export type Matrix = {
  names: readonly string[]
  values: Float64Array | Float32Array
  /** 1 is fraud. */
  labels: Uint8Array
}

export const rowsOf = ({ labels }: Matrix): number => labels.length

/** The row’s place in `values`, as a view. */
export function rowOf({ values, names }: Matrix, row: number): Float64Array | Float32Array {
  return values.subarray(row * names.length, (row + 1) * names.length)
}

/** Throws `rows-unusable` when nothing can be learnt from these rows, saying why. */
export function checkMatrix({ names, values, labels }: Matrix): void {
  const complain = (detail: string): never => {
    throw new Fault('rows-unusable', { detail })
  }
  if (names.length === 0 || new Set(names).size !== names.length)
    complain('the features need names, each its own')
  if (values.length !== names.length * labels.length)
    complain(`${labels.length} labels do not fit ${values.length} values of ${names.length} features`)
  if (labels.some((label) => label > 1)) complain('a label is 0 or 1')
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  if (frauds === 0 || frauds === labels.length)
    complain('there must be both fraudulent and genuine payments among the rows')
  if (values.some((value) => value === Infinity || value === -Infinity))
    complain('a value is infinite; what is unknown is NaN')
}
