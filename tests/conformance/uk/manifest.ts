/** The published functional tests of UK Open Banking: what each asks, and whether an answer is what it expects. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Script = z.looseObject({
  id: z.string(),
  description: z.string(),
  method: z.literal('get'),
  uri: z.string().startsWith('/'),
  uriImplementation: z.enum(['mandatory', 'conditional', 'optional']),
  parameters: z.record(z.string(), z.string()),
  queryParameters: z.record(z.string(), z.string()).default({}),
  headers: z.record(z.string(), z.string()).default({}),
  permissions: z.array(z.string()).default([]),
  resource: z.string(),
  asserts: z.array(z.string()).default([]),
  asserts_one_of: z.array(z.string()).default([]),
  schemaCheck: z.boolean(),
})
export type Script = z.infer<typeof Script>

const Expectation = z.strictObject({
  'status-code': z.int().optional(),
  detail: z.string().optional(),
  matches: z
    .array(
      z.looseObject({
        'header-present': z.string().optional(),
        header: z.string().optional(),
        value: z.string().optional(),
        JSON: z.string().optional(),
        Value: z.string().optional(),
      }),
    )
    .default([]),
})

/** What came back. */
export type Answer = { status: number; headers: Headers; body: unknown }

const read = async (name: string) => JSON.parse(await readFile(join(import.meta.dirname, name), 'utf8'))

/** The tests of the manifest, as it was published. */
export async function readManifest(): Promise<Script[]> {
  const { scripts } = await read('ob_4.0_accounts_transactions_fca.json')
  return z.array(Script).parse(scripts)
}

export async function readAssertions(): Promise<ReadonlyMap<string, z.infer<typeof Expectation>>> {
  const { references } = (await read('assertions.json')) as {
    references: Record<string, { expect: unknown }>
  }
  return new Map(
    Object.entries(references).flatMap(([name, { expect }]) => {
      const parsed = Expectation.safeParse(expect)
      // Other manifests' assertions have forms that this one's do not.
      return parsed.success ? [[name, parsed.data] as const] : []
    }),
  )
}

/** What of a test's expectations an answer does not meet; empty when it meets them all. */
export function shortcomings(
  script: Script,
  answer: Answer,
  assertions: Awaited<ReturnType<typeof readAssertions>>,
): string[] {
  const failing = (name: string): string[] => {
    const expectation = assertions.get(name)
    if (!expectation) throw new Error(`${script.id} asserts ${name}, which this runner does not know`)
    const found: string[] = []
    const status = expectation['status-code']
    if (status !== undefined && answer.status !== status) found.push(`${name}: ${answer.status}`)
    for (const match of expectation.matches)
      if (!isMet(match, answer, script)) found.push(`${name}: ${JSON.stringify(match)}`)
    return found
  }
  const all = script.asserts.flatMap(failing)
  const any = script.asserts_one_of.map(failing)
  return any.length > 0 && any.every((one) => one.length > 0) ? [...all, ...any.flat()] : all
}

type Match = z.infer<typeof Expectation>['matches'][number]

function isMet(match: Match, { headers, body }: Answer, script: Script): boolean {
  if (match['header-present'] !== undefined) return headers.has(match['header-present'])
  if (match.header !== undefined)
    return headers.get(match.header) === fill(match.value ?? '', script.parameters)
  const errorCode = /^Errors\.#\[ErrorCode="(\w+)"\]\.ErrorCode$/.exec(match.JSON ?? '')?.[1]
  if (errorCode === undefined) throw new Error(`${script.id} matches in a way that this runner does not know`)
  const { Errors = [] } = (body ?? {}) as { Errors?: { ErrorCode: string }[] }
  return Errors.some(({ ErrorCode }) => ErrorCode === errorCode)
}

/** Puts the values of `$names` in their places. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\$([\w-]+)/g, (whole, name: string) => values[name] ?? whole)
}
