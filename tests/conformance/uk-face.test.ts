/**
 * The published conformance tests of UK Open Banking v4 account information, against our face. `DEVIATIONS` are the tests that
 * it does not meet, each with its reason: one that is not on the list fails here, and so does one on it that is met.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type OwnApp, openApp } from '../fixtures/own-app.ts'
import { eventually, openTown, type Town, type Visitor } from '../fixtures/town.ts'
import { ROOT } from '../house.ts'
import { DEVIATIONS } from './uk/deviations.ts'
import { type Answer, fill, readAssertions, readManifest, type Script, shortcomings } from './uk/manifest.ts'
import { officialSchemas, ownSchemas } from './uk/schemas.ts'

const AISP = '/obie/v4.0/aisp'

const scripts = await readManifest()
const assertions = await readAssertions()
const deviating = new Set(DEVIATIONS.flatMap(({ ids }) => ids))
const official = await officialSchemas()

let town: Town
let amina: Visitor
let app: OwnApp
let ownToken: string
let schemas: NonNullable<typeof official>[]
before(async () => {
  town = await openTown({ quiet: true })
  app = await openApp(town, { name: 'Conformance', faces: ['uk'] })
  ownToken = await app.own()
  schemas = [await ownSchemas(town.url), ...(official ? [official] : [])]
  amina = town.visitor()
  await amina.link('chase', ['account-view'], 'amina')
  await eventually('the accounts', async () => (await amina.say('balance'))[0]?.show?.type === 'accounts')
})
after(() => town?.close())

/** What a set of permissions opens: a token and an account, or the refusal to ask for them at all. */
type Opening = { token: string; accountId: string } | { refusal: Answer }
const openings = new Map<string, Promise<Opening>>()

function openingFor(permissions: readonly string[]): Promise<Opening> {
  const key = [...permissions].sort().join(' ')
  const known = openings.get(key) ?? app.letUk(amina, ownToken, permissions)
  openings.set(key, known)
  return known
}

async function run(script: Script): Promise<{ answer: Answer; path: string }> {
  const opening = script.permissions.length > 0 ? await openingFor(script.permissions) : null
  if (opening && 'refusal' in opening) return { answer: opening.refusal, path: script.uri }
  const { accountId: wanted, ...parameters } = script.parameters
  const known = opening ?? ((await openingFor(['ReadAccountsBasic'])) as { accountId: string })
  const accountId = wanted === '$consentedAccountId' ? known.accountId : (wanted ?? '')
  const path = fill(script.uri, { accountId })
  const query = new URLSearchParams(script.queryParameters)
  const { Authorization, ...rest } = script.headers
  const headers = Object.fromEntries(
    Object.entries(rest)
      .map(([name, value]) => [name, fill(value, parameters)] as const)
      .filter(([, value]) => !value.startsWith('$')),
  )
  const target = `${AISP}${path}${query.size > 0 ? `?${query}` : ''}`
  const token = Authorization === undefined ? (opening?.token ?? null) : ownToken
  const response =
    token === null
      ? await fetch(`${town.url}${target}`, { headers })
      : await app.call(token, target, { headers })
  return { answer: await answerOf(response), path }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  }
}

describe('the published conformance tests', () => {
  for (const script of scripts)
    test(`${script.id}: ${script.description}`, async () => {
      const { answer, path } = await run(script)
      const found = shortcomings(script, answer, assertions)
      if (script.schemaCheck && answer.status === 200)
        for (const schema of schemas) found.push(...schema.check(path, answer.body))
      if (!deviating.has(script.id)) assert.deepEqual(found, [])
      else assert.notDeepEqual(found, [], 'it is met, and is to be taken off the list of deviations')
    })
})

test('every deviation is a test of the manifest that may be left out or is explained, and is in docs/standards.md', async () => {
  assert.equal(scripts.length, 95)
  const page = await readFile(join(ROOT, 'docs/standards.md'), 'utf8')
  for (const id of deviating) {
    assert.ok(
      scripts.some((script) => script.id === id),
      `${id} is no test`,
    )
    assert.ok(page.includes(id), `${id} is not in docs/standards.md`)
  }
  const mandatory = scripts.filter(
    ({ id, uriImplementation }) => deviating.has(id) && uriImplementation === 'mandatory',
  )
  assert.deepEqual(mandatory, [], 'nothing that the standard makes mandatory is left out')
})
