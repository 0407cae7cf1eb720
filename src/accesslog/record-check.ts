import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as z from 'zod/mini'
import { type AccessRecord, accessRecordShape } from './proof/record.ts'

let fits: ValidateFunction | undefined

/**
 * The record as given, or a TypeError that names the field and not its value: a record that no verifier would read. The shape that
 * verifiers read by is compiled to code for it, since a batch has thousands; what does not fit is read by it, to name the field.
 */
export function checkAccessRecord(record: AccessRecord): AccessRecord {
  // That it is a schema is for a test to find out, not for the first read.
  fits ??= new Ajv2020({ meta: false, validateSchema: false }).compile(z.toJSONSchema(accessRecordShape))
  if (fits(record)) return record
  const checked = accessRecordShape.safeParse(record)
  if (checked.success) return record
  throw new TypeError(`the access record's ${checked.error.issues[0]!.path.join('.') || 'shape'} is wrong`)
}
