import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#kit'
import { brief, eventsOf, mappingFile, refusedIn, rowsIn, sourceOf, statementFile } from './files.fixture.ts'
import { parseMapping } from './mapping.ts'
import { openStatement } from './read.ts'

const idsIn = (events: Parameters<typeof rowsIn>[0]) =>
  rowsIn(events).map(({ row }) => row.bankTransactionIds.join(' '))
const endsIn = (events: Parameters<typeof rowsIn>[0]) =>
  events.flatMap((event) => (event.kind === 'end' ? [event] : []))
const noon = (...day: [number, number, number]) => Date.UTC(day[0], day[1] - 1, day[2], 12)
const refusesWith = (code: FaultCode, detail: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === code && detail.test(error.detail ?? '')

test('camt.053.001.02: entries, a batch booking, a reversal, and balances that add up', async () => {
  const events = await eventsOf(await statementFile('camt053-02.xml'))
  assert.deepEqual(brief(events), [
    '-4215 EUR CARREFOUR MARKET LYON 03',
    '200000 EUR ATELIERS DU RHÔNE & FILS',
    '-9000 EUR BRUNO MARTIN',
    '-6000 EUR CLAIRE DUBOIS',
    '850 EUR SNCF CONNECT',
  ])
  assert.deepEqual(idsIn(events), [
    'CM26309A000017',
    'CM26309A000018',
    'CM26309A000019/1',
    'CM26309A000019/2',
    '2026-218/4',
  ])
  const [card, salary] = rowsIn(events).map(({ row }) => row)
  assert.deepEqual([card!.at, card!.postedAt], [noon(2026, 11, 3), noon(2026, 11, 5)])
  assert.equal(salary!.at, Date.UTC(2026, 10, 5, 7, 30))
  const [end] = endsIn(events)
  const sum = rowsIn(events).reduce((all, { row }) => all + row.amount.amountMinor, 0)
  assert.equal(end!.opening!.amount.amountMinor + sum, end!.closing!.amount.amountMinor)
  assert.equal(end!.available!.amount.amountMinor, 330_000)
})

test('camt.053.001.08: prefixes, a status code, a card abroad with its rate, and a pending entry that is left out', async () => {
  const events = await eventsOf(await statementFile('camt053-08.xml'))
  const [row, ...others] = rowsIn(events)
  assert.deepEqual(others, [])
  assert.deepEqual(row!.row, {
    bankTransactionIds: ['FT26309XK4'],
    status: 'posted',
    at: Date.UTC(2026, 10, 4, 16, 3, 21),
    postedAt: noon(2026, 11, 5),
    amount: { amountMinor: -4_140, currency: 'GBP' },
    foreign: { amountMinor: -4_800, currency: 'EUR' },
    exchangeRate: '0.8625',
    descriptor: 'Fnac Lille',
    mcc: null,
    country: null,
    city: null,
    latitude: null,
    longitude: null,
    entryMode: null,
    cardNumberDisplay: '5770',
    terminalId: null,
  })
  assert.deepEqual(refusedIn(events), [{ place: 'line 42', field: 'Sts', why: 'not-booked' }])
})

test('a camt batch whose details do not come to the whole is one row', async () => {
  const text = (await statementFile('camt053-02.xml')).toString().replace('>60.00<', '>61.00<')
  assert.deepEqual(brief(await eventsOf(text))[2], '-15000 EUR CM26309A000019')
})

test('a camt file of as many lines as it likes between its entries is read whole', async () => {
  const text = (await statementFile('camt053-02.xml')).toString()
  const spaced = text.replaceAll('<Ntry>', `${'\n'.repeat(70_000)}<Ntry>`)
  assert.deepEqual(brief(await eventsOf(spaced)), brief(await eventsOf(text)))
})

test('MT940: the entry date takes its year from the value date, and equal rows without a reference stay two', async () => {
  const events = await eventsOf(await statementFile('mt940-german.sta'))
  assert.deepEqual(brief(events), [
    '-4215 EUR EDEKA NORD KIEL',
    '200000 EUR WERFT KIEL GMBH',
    '-350 EUR Kaffee am Hafen',
    '-350 EUR Kaffee am Hafen',
    // RD takes a debit back: money in.
    '1000 EUR Stadtwerke Kiel',
  ])
  assert.deepEqual(
    rowsIn(events).map(({ day, identity }) => `${day} ${identity}`),
    ['2027-01-02 reference', '2026-12-30 day', '2026-12-30 day', '2026-12-30 day', '2026-12-30 reference'],
  )
  assert.equal(new Set(idsIn(events)).size, 5)
  const [first] = events
  assert.deepEqual(first?.kind === 'begin' && first.accountNumbers, ['10020030/1234567', '1234567'])
})

test('MT940 in SWIFT blocks: two pages of one statement, of which only the last ends with the account’s balance', async () => {
  const events = await eventsOf(await statementFile('mt940-swift.sta'))
  assert.deepEqual(idsIn(events), ['E309-1', 'E309-2'])
  assert.deepEqual(
    endsIn(events).map(({ interim, opening, closing }) => [
      interim,
      opening!.amount.amountMinor,
      closing!.amount.amountMinor,
    ]),
    [
      [true, -2_000, -6_140],
      [false, -6_140, 3_860],
    ],
  )
})

test('OFX 1: elements without end tags, a time zone, an empty element, and a sign that contradicts its type', async () => {
  const events = await eventsOf(await statementFile('ofx-1.ofx'))
  assert.deepEqual(brief(events), [
    '-1875 USD TARGET T-1095 MPLS',
    '125000 USD NORTH STAR BAKERY & CAF&eacute;',
  ])
  const [pos] = rowsIn(events)
  assert.deepEqual([pos!.row.at, pos!.row.postedAt], [noon(2026, 11, 3), Date.UTC(2026, 10, 5, 3)])
  assert.deepEqual(refusedIn(events), [{ place: 'line 44', field: 'TRNAMT', why: 'sign-contradicted' }])
})

test('OFX: a bank whose debits have no minus is read once its mapping says so', async () => {
  const mapping = parseMapping('{"format":"ofx","signs":"by-type"}')
  const events = await eventsOf(await statementFile('ofx-1.ofx'), { mapping })
  assert.equal(brief(events)[2], '-999 USD STREAMFLIX')
  assert.deepEqual(refusedIn(events), [])
})

test('OFX 2: a card, a decimal comma, a correction under the corrected row’s id, and a row in another currency', async () => {
  const events = await eventsOf(await statementFile('ofx-2.ofx'))
  assert.deepEqual(brief(events), ['-1250 USD Tom & Jerry’s', '-1450 USD Tom and Jerry'])
  assert.deepEqual(idsIn(events), ['CC-1', 'CC-1 CC-2'])
  assert.equal(rowsIn(events)[0]!.row.at, Date.UTC(2026, 10, 1, 21, 30))
  assert.deepEqual(refusedIn(events), [{ place: 'line 21', field: 'CURRENCY', why: 'currency-mismatched' }])
})

test('OFX: a row that a bank deletes is undone under its own id', async () => {
  const text = (await statementFile('ofx-2.ofx')).toString().replace('REPLACE', 'DELETE')
  const deleted = rowsIn(await eventsOf(text))[1]!
  assert.deepEqual([deleted.row.status, deleted.row.bankTransactionIds[0]], ['reversed', 'CC-1'])
})

test('QIF: the mapping says which is the day, equal rows stay two, and a month 13 is refused', async () => {
  const qif = await statementFile('quicken.qif')
  const events = await eventsOf(qif, { mapping: await mappingFile('quicken.mapping.json') })
  assert.deepEqual(brief(events), [
    '-350 USD Corner Coffee',
    '-350 USD Corner Coffee',
    '200000 USD North Star Bakery',
  ])
  assert.deepEqual(
    rowsIn(events).map(({ day }) => day),
    ['2026-11-03', '2026-11-03', '2026-11-04'],
  )
  assert.deepEqual(refusedIn(events), [{ place: 'line 27', field: 'D', why: 'date-malformed' }])
  assert.equal(endsIn(events)[0]!.opening!.at, noon(2026, 2, 1))

  const monthFirst = parseMapping('{"format":"qif","account":"A","currency":"USD","dateFormat":"M/D/YY"}')
  const american = await eventsOf(qif, { mapping: monthFirst })
  assert.equal(rowsIn(american)[0]!.day, '2026-03-11')
  await assert.rejects(eventsOf(qif), refusesWith('mapping-needed', /no currency.*day first or month first/))
})

test('CSV: Windows-1252, columns by name, thousands, quotes, and a running balance', async () => {
  const mapping = await mappingFile('french.mapping.json')
  const csv = await statementFile('french.csv')
  const events = await eventsOf(csv, { mapping })
  assert.deepEqual(brief(events), [
    '-104215 EUR CARTE 03/11 CARREFOUR LYON',
    '200000 EUR VIR "SALAIRE" ATELIERS DU RHÔNE',
    '-350 EUR CAFÉ',
    '-350 EUR CAFÉ',
  ])
  assert.equal(new Set(idsIn(events)).size, 4)
  assert.deepEqual(refusedIn(events), [{ place: 'line 7', field: 'date', why: 'date-malformed' }])

  const whole = csv.toString('latin1').split('\n').slice(0, 6).join('\n')
  const [end] = endsIn(await eventsOf(Buffer.from(whole, 'latin1'), { mapping }))
  assert.deepEqual([end!.opening!.amount.amountMinor, end!.closing!.amount.amountMinor], [150_000, 245_085])
})

test('the same file gives the same ids in whatever pieces and line ends it comes', async () => {
  for (const [name, mappingName] of [
    ['camt053-02.xml'],
    ['mt940-german.sta'],
    ['ofx-1.ofx'],
    ['quicken.qif', 'quicken.mapping.json'],
    ['french.csv', 'french.mapping.json'],
  ] as const) {
    const bytes = await statementFile(name)
    const mapping = mappingName ? await mappingFile(mappingName) : undefined
    const options = mapping ? { mapping } : {}
    const expected = await eventsOf(bytes, options)
    for (const pieceBytes of [1, 7, 1_000])
      assert.deepEqual(await eventsOf(bytes, { ...options, pieceBytes }), expected, `${name} ${pieceBytes}`)
    const windows = Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
    assert.deepEqual(idsIn(await eventsOf(windows, { ...options, pieceBytes: 5 })), idsIn(expected), name)
  }
})

test('an overlapping file gives the days they share the same ids', async () => {
  const mapping = await mappingFile('quicken.mapping.json')
  const record = (day: number) => `D${day}/11/26\nT-3.50\nPCorner Coffee\n^\n`
  const file = (...days: number[]) => eventsOf(`!Type:Bank\n${days.map(record).join('')}`, { mapping })
  const november = idsIn(await file(1, 1, 2, 3, 3))
  assert.deepEqual(idsIn(await file(3, 3, 4)).slice(0, 2), november.slice(3))
  assert.equal(new Set(november).size, 5)
})

test('a reference with two different payments in one file is refused the second time; told the same twice, it is one', async () => {
  const line = (amount: string) => `:61:261105D${amount},00NMSCNONREF//R1\n`
  const file = (...lines: string[]) =>
    eventsOf(`:20:A\n:25:B/1\n:28C:1/1\n:60F:C261105EUR9,\n${lines.join('')}:62F:C261105EUR1,\n-\n`)
  const two = await file(line('1'), line('2'))
  assert.equal(rowsIn(two).length, 1)
  assert.deepEqual(refusedIn(two), [{ place: 'line 6', field: 'reference', why: 'reference-reused' }])
  assert.deepEqual(
    rowsIn(await file(line('1'), line('1'))).map(({ again }) => again),
    [false, true],
  )
  const byDay = await eventsOf(
    `:20:A\n:25:B/1\n:28C:1/1\n:60F:C261105EUR9,\n${line('1')}${line('2')}:62F:C261105EUR1,\n-\n`,
    { mapping: parseMapping('{"format":"mt940","identity":"day"}') },
  )
  assert.equal(rowsIn(byDay).length, 2)
})

test('byte order marks and encodings: UTF-8, UTF-16 and Windows-1252 say the same', async () => {
  const text = (await statementFile('camt053-02.xml')).toString()
  const expected = brief(await eventsOf(text))
  assert.deepEqual(brief(await eventsOf(`\ufeff${text}`)), expected)
  assert.deepEqual(brief(await eventsOf(Buffer.from(`\ufeff${text}`, 'utf16le'))), expected)
  const latin = Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1')
  assert.deepEqual(brief(await eventsOf(latin)), expected)
  await assert.rejects(
    eventsOf(Buffer.from(text, 'latin1')),
    refusesWith('statement-malformed', /says it is UTF-8 and is not/),
  )
})

test('accounts go by the names that the bank’s API has, once the mapping tells', async () => {
  const mapping = parseMapping('{"format":"mt940","accounts":{"1234567":"api-account-7"}}')
  const [begin] = await eventsOf(await statementFile('mt940-german.sta'), { mapping })
  assert.deepEqual(begin?.kind === 'begin' && begin.accountNumbers[0], 'api-account-7')
})

test('what is no statement is refused with what it is', async () => {
  const cases: [string | Buffer, FaultCode, RegExp][] = [
    ['', 'statement-empty', /0 bytes/],
    [' \r\n\t', 'statement-empty', /4 bytes/],
    [Buffer.from('504b030414000000', 'hex'), 'statement-archive', /ZIP/],
    [Buffer.from('1f8b0800', 'hex'), 'statement-archive', /gzip/],
    ['%PDF-1.7\n', 'statement-archive', /PDF/],
    ['Date,Amount\n2026-11-05,1.00\n', 'statement-unrecognised', /neither CAMT/],
    ['{"rows":[]}', 'statement-unrecognised', /neither CAMT/],
    [
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"/>',
      'statement-unrecognised',
      /camt\.054\.001\.08/,
    ],
    ['{1:F01X}{2:O9421200}{4:\n:20:A\n', 'statement-unrecognised', /MT942/],
    ['!Type:Bank\nD1/1/26\nT1', 'mapping-needed', /QIF/],
  ]
  for (const [bytes, code, detail] of cases) await assert.rejects(eventsOf(bytes), refusesWith(code, detail))
  await assert.rejects(
    eventsOf(await statementFile('ofx-1.ofx'), { format: 'mt940' }),
    refusesWith('statement-unrecognised', /this is OFX 1, not mt940/),
  )
  await assert.rejects(
    openStatement(sourceOf(Buffer.alloc(2_000)), { format: null, mapping: null, bytesMax: 1_000 }),
    refusesWith('statement-too-large', /at most/),
  )
})

test('XML that would define entities, nest without end or grow in memory is refused', async () => {
  const namespace = 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"'
  const laughs = `<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Document ${namespace}>&b;</Document>`
  await assert.rejects(eventsOf(laughs), refusesWith('statement-malformed', /document type/))
  const outside = `<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document ${namespace}/>`
  await assert.rejects(eventsOf(outside), refusesWith('statement-malformed', /document type/))
  const deep = `<Document ${namespace}>${'<a>'.repeat(100)}`
  await assert.rejects(eventsOf(deep), refusesWith('statement-malformed', /nested too deeply/))
  const long = `<Document ${namespace}>${'x'.repeat(100_000)}</Document>`
  await assert.rejects(eventsOf(long), refusesWith('statement-malformed', /too long/))
  const stray = (await statementFile('camt053-02.xml')).toString().replace('&amp;', '&nothing;')
  await assert.rejects(
    eventsOf(stray),
    refusesWith('statement-malformed', /line 55: this is not well-formed XML/),
  )
})

test('a mapping says everything that is wrong with it at once', () => {
  const said = (mapping: object) => {
    try {
      parseMapping(JSON.stringify(mapping))
    } catch (error) {
      return (error as Fault).detail ?? ''
    }
    return 'nothing'
  }
  assert.match(said({ format: 'qif' }), /currency.*dateFormat/)
  assert.match(
    said({ format: 'qif', currency: 'EURO', dateFormat: 'D/D/YY' }),
    /ISO 4217.*year, month and day/,
  )
  assert.match(said({ format: 'xls' }), /format/)
  const csv = {
    format: 'csv',
    account: 'A',
    currency: 'EUR',
    delimiter: ';',
    columns: { date: 1, text: [2], amount: 3 },
    dateFormat: 'DD/MM/YYYY',
    decimalMark: ',',
    sign: 'signed',
  }
  assert.equal(said(csv), 'nothing')
  assert.match(said({ ...csv, thousandsMark: ',' }), /must differ/)
  assert.match(said({ ...csv, sign: 'columns' }), /columns\.debit.*columns\.credit/)
  assert.match(said({ ...csv, headerLine: 0, columns: { ...csv.columns, date: 'Date' } }), /must be numbers/)
  assert.match(said({ ...csv, colour: 'red' }), /colour/)
})

test('a column that the file does not have is named, by the mapping’s own word', async () => {
  const mapping = parseMapping(
    JSON.stringify({
      format: 'csv',
      account: 'A',
      currency: 'EUR',
      delimiter: ',',
      columns: { date: 'Day', text: ['Words'], amount: 'Sum' },
      dateFormat: 'YYYY-MM-DD',
      decimalMark: '.',
      sign: 'signed',
    }),
  )
  await assert.rejects(
    eventsOf('Day,Word,Sum,Sum\n', { mapping }),
    refusesWith('mapping-wrong', /no column “Words”; there are two columns “Sum”/),
  )
})
