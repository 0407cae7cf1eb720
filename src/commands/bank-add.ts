import { access, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type BankTemplate,
  fillTemplate,
  lackingFiles,
  listTemplates,
  parseProfile,
  requireReadable,
} from '#banks'
import { nearestName, type Settings } from '#config'
import { Fault, writeFileDurably } from '#kit'
import { askTemplate } from './ask-template.ts'
import { type Finding, tellFinding } from './check.ts'
import { lacking } from './check-banks.ts'
import { tryBank } from './try-bank.ts'

type Options = { set: string[]; id?: string; suggested?: boolean; try: boolean }

/** Writes a bank's profile out of a template and answers, or out of a file, tries it, and says what happened. */
export async function addBank(
  settings: Settings,
  source: string | undefined,
  options: Options,
): Promise<void> {
  if (source === undefined) {
    for (const { id, about } of await listTemplates()) console.log(`${id.padEnd(18)}${about}`)
    return
  }
  const { id, text } = source.endsWith('.json') ? await fromFile(source) : await fromTemplate(source, options)
  const path = join(settings.banksFolder, `${id}.json`)
  if (await isThere(path))
    throw new Fault('request-malformed', {
      detail: `${path} is there already; change it, or give another --id`,
    })
  const profile = parseProfile(`${id}.json`, text)
  requireReadable(profile)
  await writeFileDurably(path, text)
  console.log(`Written: ${path}`)

  const lacks = await lackingFiles(profile, settings.keysFolder)
  let findings: Finding[] = lacks.length > 0 ? [lacking(profile, lacks)] : []
  if (lacks.length === 0 && options.try) findings = await tryBank(profile, settings.keysFolder)
  for (const finding of findings) console.log(tellFinding(finding))
  if (findings.some(({ state }) => state === 'wrong')) {
    console.log('The profile stays as it is. Once this is mended, `guichet doctor` tries it again.')
    process.exitCode = 1
    return
  }
  console.log('Guichet offers the bank from its next start.')
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** A profile that somebody has written already, such as the bank itself. */
async function fromFile(path: string): Promise<{ id: string; text: string }> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('request-malformed', { cause, detail: `${path} cannot be read` })
  })
  return { id: basename(path, '.json'), text }
}

async function fromTemplate(name: string, options: Options): Promise<{ id: string; text: string }> {
  const templates = await listTemplates()
  const found = templates.find((one) => one.id === name)
  if (!found) {
    const near = nearest(
      name,
      templates.map((one) => one.id),
    )
    throw new Fault('request-malformed', {
      detail: `There is no template ${name}${near ? `; is it ${near}?` : '.'} \`guichet bank add\` lists them`,
    })
  }
  const id = options.id ?? found.id
  const template = { ...found, profile: { ...found.profile, id } }
  return { id, text: fillTemplate(template, await answersTo(template, options)) }
}

/** The name that a mistyped one most likely stands for, whichever its case. */
function nearest(typed: string, known: readonly string[]): string | undefined {
  const near = nearestName(
    typed,
    known.map((name) => name.toUpperCase()),
  )
  return known.find((name) => name.toUpperCase() === near)
}

/** What is given with --set, then what is suggested if that was asked for, then what the operator types. */
async function answersTo(template: BankTemplate, options: Options): Promise<Record<string, string>> {
  const answers: Record<string, string> = {}
  for (const given of options.set) {
    const [name = '', ...value] = given.split('=')
    if (!Object.hasOwn(template.asks, name)) {
      const near = nearest(name, Object.keys(template.asks))
      throw new Fault('request-malformed', {
        detail: `${template.id} asks nothing called ${name}${near ? `; is it ${near}?` : ''}`,
      })
    }
    answers[name] = value.join('=')
  }
  const open = Object.entries(template.asks).filter(([name]) => answers[name] === undefined)
  if (options.suggested) for (const [name, { suggest }] of open) if (suggest) answers[name] = suggest
  if (process.stdin.isTTY)
    return await askTemplate(template, answers, { input: process.stdin, output: process.stdout })
  const missing = open.filter(([name, ask]) => !answers[name] && !ask.optional)
  if (missing.length > 0)
    throw new Fault('request-malformed', {
      detail: [
        `${template.id} needs an answer to:`,
        ...missing.map(
          ([name, { says, suggest }]) =>
            `  --set ${name}=…  ${says}${suggest ? ` (others use ${suggest})` : ''}`,
        ),
      ].join('\n'),
    })
  return answers
}
