import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { PURPOSES } from '#consent'
import { FLOORS, floorOf, ROOT, readSources, roomOf, type Source } from './house.ts'

const sources = await readSources()
const rooms = sources.filter(({ path, isTest }) => path.startsWith('src/') && !isTest)

/** Files that are imported by themselves: the one way out of a private value, so that its users stand out, and the types
 *  of the JSON that the server, its web channel and the pages exchange. */
const SHARED = ['src/kit/reveal.ts', 'src/http/api.ts']

/** The files that may take a value out of its `Private<T>`, each with its reason. */
const REVEALERS: Record<string, string> = {
  'src/vault/': 'seals and opens what is kept',
  'src/accounts/worth-due.ts': 'sees whether there is something to say unasked, inside a loan',
  'src/fraud/decide.ts': 'compares a payment with the person’s own history, inside a loan',
  'src/fraud/own-events.ts':
    'has a model learn from what a bank’s people answered, in this process; none of it is written',
  'src/intake/take-group.ts':
    'keeps what a bank’s events change beside how it was judged, inside the loans of the batch',
  'src/intake/statements/keep.ts':
    'compares a statement’s rows with what is kept of their account, inside the loans of the batch',
  'src/intake/sync.ts':
    'signs in to the bank with the access the person gave, and keeps what it lists beside what is known, inside a loan',
  'src/intake/known.ts':
    'looks whether the payments that a bank speaks of are among those known, inside a loan',
  'src/http/link-routes.ts': 'adds a purpose to a link with the access the person gave, inside a loan',
  'src/http/app-routes.ts': 'shows a person their own accounts, to tick for an app, inside a loan',
  'src/faces/hand-over.ts':
    'hands an app of the person’s own what the person chose for it, once the read is logged',
  'src/readers/reading.ts': 'counts what an app’s next page begins after, inside the loan',
  'src/leaving.ts': 'hands that access back to the bank when the person leaves',
  'src/bank-desk.ts': 'tells the bank what the person wants done, with the access they gave',
  'src/channels/web/show.ts': 'draws the answer on the person’s own page',
  'src/channels/messengers/addresses.ts':
    'opens where a person’s chat is, to send a notice there: no bank data',
  'src/channels/push/push.ts': 'opens where a person’s browsers are, to warn them there: no bank data',
  'src/channels/mail/mail.ts': 'opens a person’s own e-mail address, to warn them there: no bank data',
}

/** Purposes that no bank customer’s data is ever read for, by their names in the W3C Data Privacy Vocabulary. */
const FORBIDDEN_PURPOSES = [
  'Advertising',
  'PersonalisedAdvertising',
  'TargetedAdvertising',
  'SocialMediaMarketing',
  'SellDataToThirdParties',
  'SellInsightsFromData',
  'CreditChecking',
  'MaintainCreditCheckingDatabase',
  'MaintainCreditRatingDatabase',
  'ImproveExistingProductsAndServices',
]

function assertNone(faults: string[]): void {
  assert.equal(faults.length, 0, `\n${faults.join('\n')}`)
}

function everyImport(of: Source[], faultOf: (source: Source, name: string) => string | null): string[] {
  return of.flatMap((source) =>
    source.imports.flatMap((name) => {
      const fault = faultOf(source, name)
      return fault ? [`${source.path} imports ${name}: ${fault}`] : []
    }),
  )
}

test('every room stands on a floor, and its face says what it is for', async () => {
  const names = (await readdir(join(ROOT, 'src'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== 'commands')
    .map(({ name }) => name)
  assertNone(names.filter((name) => floorOf(name) < 0).map((name) => `src/${name} stands on no floor`))
  const faceless: string[] = []
  for (const name of FLOORS.flat().filter((room) => names.includes(room))) {
    const face = await readFile(join(ROOT, 'src', name, 'index.ts'), 'utf8').catch(() => '')
    if (!new RegExp(`^/\\*\\*\\s+(\\* )?${name}: `).test(face))
      faceless.push(`src/${name}/index.ts does not begin by saying what ${name} is for`)
  }
  assertNone(faceless)
})

test('imports point down, never up and never to a room on the same floor', () => {
  assertNone(
    everyImport(rooms, ({ path }, name) => {
      if (!name.startsWith('#')) return null
      const from = roomOf(path)
      const to = name.slice(1).split('/')[0]!
      if (floorOf(to) < 0) return 'there is no such room'
      if (from === to) return null
      if (floorOf(to) < floorOf(from)) return 'that is up'
      return floorOf(to) === floorOf(from) ? 'that is sideways' : null
    }),
  )
})

test('a room is entered by its face only', () => {
  assertNone(
    everyImport(rooms, ({ path }, name) => {
      if (!name.startsWith('src/') || roomOf(name) === roomOf(path) || SHARED.includes(name)) return null
      return `that is inside another room; import #${roomOf(name)}`
    }),
  )
})

test('what the server and its pages share is types and no code', () => {
  const api = sources.find(({ path }) => path === 'src/http/api.ts')
  assert.doesNotMatch(api!.text, /^\s*(export\s+)?(const|let|function|class|default)\b/m)
})

test('the server does not know its pages, its simulation or its tests', () => {
  assertNone(
    everyImport(rooms, (_, name) =>
      /^(app|sim|tests|bench|scripts)\//.test(name) ? 'that is outside src/' : null,
    ),
  )
})

test('the pages know only the JSON they exchange and the code that verifies the log', () => {
  const allowed = ['#accesslog/proof', 'src/http/api.ts']
  assertNone(
    everyImport(
      sources.filter(({ path, isTest }) => path.startsWith('app/') && !isTest),
      (_, name) =>
        (name.startsWith('#') || name.startsWith('src/')) && !allowed.includes(name)
          ? 'a page may not'
          : null,
    ),
  )
})

test('the simulated banks know nothing of Guichet but its ground floor', () => {
  assertNone(
    everyImport(
      sources.filter(({ path, isTest }) => path.startsWith('sim/') && !isTest),
      (_, name) =>
        (name.startsWith('#') && name !== '#kit') || name.startsWith('src/') ? 'a bank would not' : null,
    ),
  )
})

test('only the vault speaks to what the vault keeps, and to the keys', async () => {
  const tables = (
    await Promise.all(
      ['0005_vault.sql', 'keys/0001_keys.sql'].map((name) =>
        readFile(join(ROOT, 'migrations', name), 'utf8'),
      ),
    )
  ).flatMap((text) =>
    [...text.matchAll(/create table (?:if not exists )?([\w.]+)/g)].map((match) => match[1]!),
  )
  assert.ok(tables.includes('vault.chunk') && tables.includes('wrapped_key'))
  assertNone(
    rooms
      .filter(({ path }) => !path.startsWith('src/vault/'))
      .flatMap(({ path, text }) =>
        tables
          .filter((table) => new RegExp(`\\b${table.replace('.', '\\.')}\\b`).test(text))
          .map((table) => `${path} speaks of ${table}`),
      ),
  )
})

test('only the listed files take a value out of its wrapping', () => {
  const known = Object.keys(REVEALERS)
  const revealers = sources.filter(
    ({ path, imports, isTest }) =>
      !isTest && !path.startsWith('tests/') && imports.includes('src/kit/reveal.ts'),
  )
  assertNone(
    revealers
      .filter(({ path }) => !known.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one)))
      .map(({ path }) => `${path} reveals private values and is not on the list`),
  )
  assertNone(
    rooms
      .filter(
        ({ path, text }) =>
          path !== 'src/kit/reveal.ts' && path !== 'src/kit/private.ts' && /\bPrivate\.reveal\b/.test(text),
      )
      .map(({ path }) => `${path} goes round kit/reveal.ts`),
  )
})

test('settings are read in one place: no room looks into the environment', () => {
  assertNone(
    sources
      .filter(({ path, isTest }) => /^(src|app|sim)\//.test(path) && !isTest)
      .filter(({ path, text }) => /\bprocess\.env\b/.test(text) && !path.startsWith('src/commands/'))
      .map(({ path }) => `${path} reads process.env`),
  )
})

for (const forbidden of FORBIDDEN_PURPOSES) {
  test(`there is no purpose called ${forbidden}, and nothing in the code speaks of one`, () => {
    const kebab = forbidden.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()
    const purposes: [string, { dpv: string }][] = Object.entries(PURPOSES)
    assertNone(
      purposes
        .filter(([id, { dpv }]) => id === kebab || dpv === forbidden)
        .map(([id]) => `the purpose ${id} is ${forbidden}`),
    )
    assertNone(
      rooms
        .filter(({ text }) => new RegExp(`['"\`](${forbidden}|${kebab})['"\`]`).test(text))
        .map(({ path }) => `${path} names ${forbidden}`),
    )
  })
}

test('no two migrations have one number', async () => {
  const numbers = (await readdir(join(ROOT, 'migrations')))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, 4))
  assertNone(numbers.filter((number, n) => numbers.indexOf(number) !== n))
})
