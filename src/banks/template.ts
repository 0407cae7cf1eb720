import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '#kit'

const FOLDER = join(import.meta.dirname, 'templates')

const Ask = z.strictObject({
  says: z.string().min(1),
  /** What others have been seen to use: nobody's word but theirs, so that it is taken only when somebody says so. */
  suggest: z.string().optional(),
  /** Left out of the profile when there is no answer. */
  optional: z.boolean().default(false),
})

const Template = z.strictObject({
  about: z.string().min(1),
  /** Where what is in it comes from, and what nobody could verify. */
  sources: z.array(z.string()).min(1),
  asks: z.record(z.string().regex(/^\w+$/), Ask),
  profile: z.record(z.string(), z.unknown()),
})
export type BankTemplate = z.infer<typeof Template> & { id: string }

/** Every bank has a name for us that only it can give. */
const CLIENT_ID: z.infer<typeof Ask> = { says: 'What the bank knows us as (client id)', optional: false }

/** The templates that come with Guichet, by id. */
export async function listTemplates(): Promise<BankTemplate[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort()
  return await Promise.all(
    names.map(async (name) => {
      const template = Template.parse(JSON.parse(await readFile(join(FOLDER, name), 'utf8')))
      return {
        ...template,
        id: name.replace('.json', ''),
        asks: { clientId: CLIENT_ID, ...template.asks },
      }
    }),
  )
}

/** The profile that answers make of a template, as text. Throws `setting-wrong` naming what has no answer. */
export function fillTemplate(template: BankTemplate, answers: Readonly<Record<string, string>>): string {
  const missing = Object.entries(template.asks).filter(([name, ask]) => !ask.optional && !answers[name])
  if (missing.length > 0)
    throw new Fault('setting-wrong', {
      detail: `${template.id} needs ${missing.map(([name]) => name).join(', ')}`,
    })
  return `${JSON.stringify(fill(template.profile, answers), null, 2)}\n`
}

const WHOLE = /^\{\{(\w+)\}\}$/

/** Puts answers in place of `{{name}}`; what has none is left out, and so is an object of which nothing is left. */
function fill(value: unknown, answers: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    const name = WHOLE.exec(value)?.[1]
    if (name !== undefined) return answers[name] || undefined
    return value.replace(/\{\{(\w+)\}\}/g, (_whole, part: string) => answers[part] ?? '')
  }
  if (Array.isArray(value))
    // One placeholder in a list may be several words: scopes.
    return value.flatMap((one) =>
      typeof one === 'string' && WHOLE.test(one)
        ? String(fill(one, answers) ?? '')
            .split(/\s+/)
            .filter(Boolean)
        : [fill(one, answers)],
    )
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .map(([name, one]) => [name, fill(one, answers)] as const)
    .filter(([, one]) => one !== undefined)
  return entries.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(entries)
}
