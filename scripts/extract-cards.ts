/**
 * Makes `sim/data/card-rows.csv.gz` from the published purchase-card rows (`sim/data/README.md` says where they are
 * from): `node scripts/extract-cards.ts <birmingham.csv.gz>`. The same input always gives the same bytes.
 *
 * Sixteen wallets, one for each persona at each simulated bank, are put together from the rows of several real cards:
 * for each kind of spending a wallet is dealt cards until its months are full, and each month is thinned to what a
 * person would spend. No row is in two wallets, and no row is changed. What is left up to ROWS is kept unassigned.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { CARD_ROWS_FILE, CARD_ROWS_HEADER } from '../sim/customers/card-rows.ts'
import { merchantKind, SPENDING_KINDS, type SpendingKind } from '../sim/customers/merchant-codes.ts'

const ROWS = 20_000
const BANKS = ['chase', 'wells-fargo', 'citi', 'us-bank']

/** Two spans of 104 weeks, laid over each other when the dates are shifted: each wallet draws on both. */
const SPANS = [
  { from: '2014-02-10', to: '2016-02-07' },
  { from: '2016-02-08', to: '2018-02-04' },
]
const FORTNIGHTS = 52

/** Payments a month, by person and kind. */
const MONTHLY: Record<string, Record<SpendingKind, number>> = {
  amina: kinds(13, 3, 5, 5, 1, 3, 3, 8, 4, 1),
  bruno: kinds(9, 6, 9, 4, 2, 3, 5, 5, 2, 1),
  claire: kinds(10, 3, 8, 5, 5, 4, 4, 5, 4, 1),
  david: kinds(10, 4, 6, 9, 2, 5, 3, 8, 3, 1),
}
/** The largest payment that a person would make of a kind, in pounds; what a council buys is often larger. */
const POUNDS_MAX = kinds(180, 90, 80, 150, 260, 60, 40, 160, 90, 60)

type Row = {
  line: string
  date: string
  card: string
  amount: number
  kind: SpendingKind | null
  isForeign: boolean
  isTesco: boolean
  fortnight: number
  month: number
  rank: string
}

const rows = readSource(process.argv[2] ?? '')
const wallets = BANKS.flatMap((bank) =>
  Object.keys(MONTHLY).map((person) => ({
    id: `${person}-${bank}`,
    quota: MONTHLY[person]!,
    rows: [] as Row[],
  })),
)
const taken = new Set<Row>()

for (const kind of SPENDING_KINDS) deal(kind)
dealForeign()
ensureEachFortnight('fuel', (row) => row.kind === 'fuel')
ensureEachFortnight('Tesco', (row) => row.isTesco)
ensureFortyTwoPounds()
write()

function kinds(...numbers: number[]): Record<SpendingKind, number> {
  return Object.fromEntries(SPENDING_KINDS.map((kind, index) => [kind, numbers[index]!])) as Record<
    SpendingKind,
    number
  >
}

function readSource(file: string): Row[] {
  if (!file) throw new Error('usage: node scripts/extract-cards.ts <birmingham.csv.gz>')
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')
  return lines.flatMap((source) => {
    const fields = source.trimEnd().split(',')
    if (fields.length !== 8 || source.includes('"')) return []
    const [date, original, namedCurrency, namedBilled, , descriptor, card, accountCode] = fields as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const span = SPANS.find(({ from, to }) => date >= from && date <= to)
    const currency = namedCurrency || 'GBP'
    // Croatia has the euro since 2023: no account of today could show a kuna.
    if (currency === 'HRK') return []
    // The older sheets publish one amount, without its currency: what the card was billed, in pounds.
    const billed = namedBilled || original
    const isAmount = [original, billed].every(
      (text) => /^-?\d+(\.\d{1,2})?$/.test(text) && Number(text) !== 0,
    )
    if (!span || !isAmount || descriptor.trim() === '') return []
    // Two amounts in one currency: which of them is right is not known.
    if (currency === 'GBP' && Number(original) !== Number(billed)) return []
    const line = [date, billed, original, currency, descriptor.trim(), accountCode, card].join(',')
    const dayInSpan = (Date.parse(date) - Date.parse(span.from)) / 86_400_000
    return [
      {
        line,
        date,
        card,
        amount: Number(billed),
        kind: merchantKind(descriptor, accountCode)?.kind ?? null,
        isForeign: currency !== 'GBP',
        isTesco: /^tesco(?! mobile| pfs| petrol)/.test(descriptor),
        fortnight: Math.floor(dayInSpan / 14),
        month: Math.floor(dayInSpan / 28),
        // A fixed order that has nothing to do with the amount or the day. Equal rows are told apart by their card's order.
        rank: createHash('sha256').update(line).digest('hex'),
      },
    ]
  })
}

/** Deals whole cards of one kind, the busiest first, to whoever lacks most; then thins each month to its number. */
function deal(kind: SpendingKind): void {
  const byCard = new Map<string, Row[]>()
  for (const row of rows) {
    if (row.kind !== kind || row.isForeign || Math.abs(row.amount) > POUNDS_MAX[kind]) continue
    const key = `${row.card} ${row.date < SPANS[1]!.from ? 'early' : 'late'}`
    byCard.set(key, [...(byCard.get(key) ?? []), row])
  }
  const cards = [...byCard].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
  const held = new Map(wallets.map((wallet) => [wallet, new Map<number, Row[]>()]))
  const lacking = (wallet: (typeof wallets)[number]) => {
    const months = held.get(wallet)!
    let lack = 0
    for (let month = 0; month < 26; month++)
      lack += Math.max(0, wallet.quota[kind] * 1.3 - (months.get(month)?.length ?? 0))
    return lack / wallet.quota[kind]
  }
  for (const [, cardRows] of cards) {
    const neediest = wallets.reduce((a, b) => (lacking(b) > lacking(a) ? b : a))
    if (lacking(neediest) <= 0) break
    const months = held.get(neediest)!
    for (const row of cardRows) months.set(row.month, [...(months.get(row.month) ?? []), row])
  }
  for (const wallet of wallets) {
    for (const [month, monthRows] of held.get(wallet)!) {
      const seasonal = [0.8, 1, 1.2, 1, 0.9][month % 5]! * wallet.quota[kind]
      const number = Math.max(1, Math.round((seasonal * 28) / 30))
      const chosen = [...monthRows].sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, number)
      for (const row of chosen) take(wallet, row)
    }
  }
}

/** Payments abroad are rare: every one that a person could have made goes round the wallets, travellers first. */
function dealForeign(): void {
  const order = [...wallets].sort((a, b) => b.quota.travel - a.quota.travel)
  const byCard = new Map<string, Row[]>()
  for (const row of rows) {
    if (!row.isForeign || Math.abs(row.amount) > 400) continue
    byCard.set(row.card, [...(byCard.get(row.card) ?? []), row])
  }
  const cards = [...byCard].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
  cards.forEach(([, cardRows], index) => {
    for (const row of cardRows) take(order[index % order.length]!, row)
  })
}

function ensureEachFortnight(what: string, fits: (row: Row) => boolean): void {
  for (const wallet of wallets) {
    for (let fortnight = 0; fortnight < FORTNIGHTS; fortnight++) {
      if (wallet.rows.some((row) => row.fortnight === fortnight && fits(row))) continue
      const spare = rows
        .filter(
          (row) =>
            row.fortnight === fortnight && fits(row) && !taken.has(row) && row.amount > 3 && row.amount < 90,
        )
        .sort((a, b) => (a.rank < b.rank ? -1 : 1))[0]
      if (!spare) throw new Error(`no ${what} row is left for ${wallet.id} in fortnight ${fortnight}`)
      take(wallet, spare)
    }
  }
}

/** The demo asks for "the £42 payment": each wallet has one in its last half year. */
function ensureFortyTwoPounds(): void {
  const fits = (row: Row) =>
    row.amount === 42 && !row.isForeign && row.kind !== null && row.fortnight >= 38 && row.fortnight < 50
  for (const wallet of wallets) {
    if (wallet.rows.some(fits)) continue
    const spare = rows
      .filter((row) => fits(row) && !taken.has(row))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))[0]
    if (!spare) throw new Error(`no row of £42.00 is left for ${wallet.id}`)
    take(wallet, spare)
  }
}

function take(wallet: (typeof wallets)[number], row: Row): void {
  if (taken.has(row)) return
  taken.add(row)
  wallet.rows.push(row)
}

function write(): void {
  const assigned = wallets.flatMap(({ id, rows: own }) =>
    [...own]
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.rank < b.rank ? -1 : 1))
      .map(({ line }) => `${id},${line}`),
  )
  const spare = rows
    .filter((row) => !taken.has(row))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, ROWS - assigned.length)
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.rank < b.rank ? -1 : 1))
    .map(({ line }) => `,${line}`)
  const text = `${[CARD_ROWS_HEADER, ...assigned, ...spare].join('\n')}\n`
  // gzip's own header would carry the operating system; level 9 and a fixed header keep the bytes the same everywhere.
  const packed = gzipSync(text, { level: 9 })
  packed[9] = 0xff
  writeFileSync(CARD_ROWS_FILE, packed)
  for (const { id, rows: own } of wallets) {
    const refunds = own.filter(({ amount }) => amount < 0).length
    const abroad = own.filter(({ isForeign }) => isForeign).length
    const pounds = Math.round(own.reduce((sum, { amount }) => sum + amount, 0))
    console.log(
      `${id}: ${own.length} rows, £${pounds}, ${refunds} refunds, ${abroad} abroad, ${new Set(own.map(({ card }) => card)).size} cards`,
    )
  }
  console.log(`${assigned.length + spare.length} rows, ${packed.length} bytes`)
}
