import { gunzipSync } from 'node:zlib'

/** The column of the published purchase-card rows that holds the merchant's raw descriptor. */
const DESCRIPTOR_COLUMN = 5

/** The descriptor of every row of `birmingham.csv.gz`, in the file's order. Throws when it is another file. */
export function readDescriptors(packed: Uint8Array): string[] {
  const [header, ...lines] = gunzipSync(packed).toString('utf8').trimEnd().split(/\r?\n/)
  if (header?.split(',')[DESCRIPTOR_COLUMN] !== 'merchant' || lines.some((line) => line.includes('"')))
    throw new SyntaxError(
      'these are not the published purchase-card rows: they have eight plain columns, the sixth "merchant"',
    )
  return lines.map((line) => line.split(',')[DESCRIPTOR_COLUMN] ?? '')
}
