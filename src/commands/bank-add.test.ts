/** `guichet bank add` and `bank list` from outside, against a simulated bank. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fillTemplate, listTemplates, parseProfile, requireReadable } from '#banks'
import { startTestBank } from '../../sim/testing/test-bank.ts'
import { askTemplate } from './ask-template.ts'

const MAIN = join(import.meta.dirname, '../main.ts')

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-bank-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function run(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'bank', ...args, '--data', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}
const answers = (given: Record<string, string>) =>
  Object.entries(given).flatMap(([name, value]) => ['--set', `${name}=${value}`])

const CITI = { clientId: 'guichet-1', account: 'negative', card: 'positive' }

test('a bank that gives its profile is added, tried, and answers; nothing is written twice', async (t) => {
  const folder = await newFolder(t)
  const { bank } = await startTestBank(t)
  const given = join(folder, 'chase.json')
  await writeFile(given, JSON.stringify(bank.profile))
  const added = await run(folder, 'add', given)
  assert.equal(added.code, 0, added.err)
  assert.match(added.out, /✓ .*: its sign-in answers and is who it should be/)
  assert.match(added.out, /✓ .*: it publishes 1 key/)
  assert.match(added.out, /✓ .*: its accounts ask for a token \(401\)/)
  const again = await run(folder, 'add', given)
  assert.equal(again.code, 1)
  assert.match(again.err, /chase\.json is there already/)

  bank.faults.set('discovery', 'answer-500')
  const renamed = join(folder, 'other.json')
  await writeFile(renamed, JSON.stringify({ ...bank.profile, id: 'other' }))
  const failing = await run(folder, 'add', renamed)
  assert.equal(failing.code, 1)
  assert.match(failing.out, /✗ .*the sign-in address .* answers 500/)
  assert.match(failing.out, /The profile stays as it is/)
  await access(join(folder, 'banks', 'other.json'))
})

test('the templates are listed, with what they are for', async (t) => {
  const { code, out } = await run(await newFolder(t), 'add')
  assert.equal(code, 0)
  for (const name of ['jpmorgan-chase', 'wells-fargo', 'citi', 'us-bank', 'akoya'])
    assert.match(out, new RegExp(`^${name} +\\S`, 'm'))
  assert.equal(out.trim().split('\n').length, 9)
})

test('a script is told everything that a template still asks, and what others use', async (t) => {
  const folder = await newFolder(t)
  const { code, err } = await run(folder, 'add', 'citi', '--set', 'clientId=guichet-1')
  assert.equal(code, 1)
  assert.match(err, /--set account=… .*negative or positive/)
  assert.match(err, /--set host=… .*\(others use https:\/\/sandbox\.apihub\.citi\.com\/gcb\/api\)/)
  assert.doesNotMatch(err, /clientId=…|certificate=…/)
  await assert.rejects(access(join(folder, 'banks', 'citi.json')), 'half a profile is not written')
})

test('a template is filled with answers; its secret is asked for by name before the bank is tried', async (t) => {
  const folder = await newFolder(t)
  const { code, out } = await run(folder, 'add', 'citi', '--suggested', ...answers(CITI))
  assert.equal(code, 1)
  assert.match(out, /✗ Citi: citi\.json names what is not there: .*keys.banks.citi\.secret/)
  const profile = parseProfile('citi.json', await readFile(join(folder, 'banks', 'citi.json'), 'utf8'))
  assert.ok(profile.authorisation.kind === 'oauth2')
  assert.equal(
    profile.authorisation.endpoints?.token,
    'https://sandbox.apihub.citi.com/gcb/api/authCode/oauth2/token/us/gcb',
  )
  assert.equal(profile.authorisation.mtls, undefined, 'what has no answer is left out whole')
  assert.deepEqual(profile.api.amounts, { account: 'negative', card: 'positive' })

  const listed = await run(folder, 'list')
  assert.equal(listed.code, 1)
  assert.match(listed.out, /^citi +citi +incomplete +Citi$/m)
  assert.match(
    listed.out,
    /Guichet does not start until this is mended:\n +citi\.json: .*citi\.secret is not there/,
  )
})

test('somebody at the keyboard is asked one thing after the other, and again for what cannot be left out', async () => {
  const template = (await listTemplates()).find(({ id }) => id === 'citi')!
  const ask = async (words: string) => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    input.end(words)
    const given = await askTemplate(template, { clientId: 'guichet-1' }, { input, output })
    output.end()
    return { given, shown: await text(output) }
  }
  // Empty takes what is suggested, is asked again where nothing is, and leaves out what may be.
  const { given, shown } = await ask('\n\nnegative\npositive\n\n\n\n')
  assert.deepEqual(given, {
    ...CITI,
    host: 'https://sandbox.apihub.citi.com/gcb/api',
    secret: 'citi.secret',
    certificate: '',
    key: '',
  })
  assert.equal(shown.match(/spent from an account/g)?.length, 2)
  assert.match(shown, /Not public: the hosts of production/)
  await assert.rejects(ask('\nnegative\n'), /Nothing was written/)
})

test('a wrong answer is refused with the field, and a wrong name with the nearest', async (t) => {
  const folder = await newFolder(t)
  const wrongAnswer = await run(
    folder,
    ...['add', 'citi', '--suggested', ...answers({ ...CITI, card: 'sometimes' })],
  )
  assert.equal(wrongAnswer.code, 1)
  assert.match(wrongAnswer.err, /citi\.json: api\.amounts\.card: /)
  assert.match((await run(folder, 'add', 'barclay')).err, /no template barclay; is it barclays\?/)
  assert.match(
    (await run(folder, 'add', 'citi', '--set', 'clientid=x')).err,
    /nothing called clientid; is it clientId\?/,
  )
  await assert.rejects(access(join(folder, 'banks', 'citi.json')))
})

test('a file that is no profile does not hide the others from the list', async (t) => {
  const folder = await newFolder(t)
  await mkdir(join(folder, 'banks'))
  await writeFile(join(folder, 'banks', 'alpha.json'), '{')
  await run(folder, 'add', 'citi', '--suggested', ...answers(CITI))
  const { code, out } = await run(folder, 'list')
  assert.equal(code, 1)
  assert.match(out, /^alpha +\? +incomplete$/m)
  assert.match(out, /alpha\.json is not JSON/)
  assert.match(out, /^citi +citi +incomplete/m)
})

test('every template says where it comes from, and with answers makes a profile that can be read', async () => {
  const given: Record<string, string> = {
    clientId: 'guichet-1',
    standard: '',
    clientAuth: 'private_key_jwt',
    person: 'api',
    scopes: 'accounts transactions',
    account: 'negative',
    card: 'negative',
    provider: 'mikomo',
  }
  const templates = await listTemplates()
  assert.equal(templates.length, 9)
  for (const template of templates) {
    const isUk = ['barclays', 'hsbc'].includes(template.id)
    const filled = Object.fromEntries(
      Object.entries(template.asks).map(([name, { says, suggest, optional }]) => {
        if (name === 'standard') return [name, isUk ? 'obie-3.1' : 'fdx-5']
        const isAddress = /address|issuer|iss |begins with|fetches/i.test(says)
        return [
          name,
          given[name] ?? (optional ? '' : (suggest ?? (isAddress ? 'https://bank.example/x' : 'file.pem'))),
        ]
      }),
    )
    const profile = parseProfile(`${template.id}.json`, fillTemplate(template, filled))
    requireReadable(profile)
    assert.ok(template.sources.length > 0)
    assert.equal(profile.simulated, false, template.id)
  }
})
