import { access } from 'node:fs/promises'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const BESIDE = join(ROOT, '../shared/data/fraud/handbook.csv.gz')

/** What to do when the file is not there. The data has no licence, so that we may measure with it and not ship it. */
export const HOW_TO_GET_IT = `The handbook's simulated payments are not here, and we may not ship them: they have no licence.
Take the 183 daily files of github.com/Fraud-Detection-Handbook/simulated-data-raw (commit 6e67dbd0), write them into one CSV
file with the columns TX_DATETIME, CUSTOMER_ID, TERMINAL_ID, TX_AMOUNT, TX_FRAUD (pandas: read_pickle, then to_csv), and name
it by --data FILE or GUICHET_HANDBOOK.`

/** The file that was named on the command line or in GUICHET_HANDBOOK, or lies beside the project; null when there is none. */
export async function findHandbook(named: string | null): Promise<string | null> {
  const asked = named ?? process.env.GUICHET_HANDBOOK ?? null
  const path = asked ?? BESIDE
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere && asked !== null) throw new Error(`${asked} cannot be read.\n${HOW_TO_GET_IT}`)
  return isThere ? path : null
}
