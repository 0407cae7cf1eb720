/** Whether an answer has the shape of the official specification, where that is at hand, and of our own always. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

const FOLDER = process.env.GUICHET_TEST_UK_SPECIFICATIONS

/** The path of the specification that a path of a test is: `/accounts/acc_1/balances` → `/accounts/{AccountId}/balances`. */
const patternOf = (path: string) => path.split('?')[0]!.replace(/^\/accounts\/[^/]+/, '/accounts/{AccountId}')

type Schemas = { name: string; check(path: string, body: unknown): string[] }
type Document = {
  paths: Record<string, { get?: { responses: Record<string, unknown> } }>
  components: Record<string, unknown>
}

/** Checks by our own document, which is made of the code, with every field that it does not name refused. */
export async function ownSchemas(url: string): Promise<Schemas> {
  const document = (await (await fetch(`${url}/developers/uk.json`)).json()) as Document
  return schemasOf('our own', document, (document, path) => {
    const answer = document.paths[path]?.get?.responses['200'] as
      | { content: Record<string, { schema: object }> }
      | undefined
    return answer && answer.content['application/json']!.schema
  })
}

/**
 * Checks by the official specification. Its licence does not let us give it away changed, so it is not here: see
 * docs/standards.md for where to get it. Null where it is not at hand.
 */
export async function officialSchemas(): Promise<Schemas | null> {
  if (FOLDER === undefined) return null
  const document = JSON.parse(await readFile(join(FOLDER, 'account-info-4.0.json'), 'utf8')) as Document
  return schemasOf('the official', document, (whole, path) => {
    const responses = whole.components.responses as Record<
      string,
      { content: Record<string, { schema: object }> }
    >
    const named = whole.paths[path]?.get?.responses['200'] as { $ref: string } | undefined
    return named && responses[named.$ref.split('/').at(-1)!]!.content['application/json']!.schema
  })
}

function schemasOf(
  name: string,
  document: Document,
  find: (document: Document, path: string) => object | undefined,
): Schemas {
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  const known = new Map<string, ValidateFunction>()
  return {
    name,
    check(path, body) {
      const pattern = patternOf(path)
      let validate = known.get(pattern)
      if (!validate) {
        const schema = find(document, pattern)
        if (!schema) return [`${pattern} is not in ${name} document`]
        validate = ajv.compile({ ...schema, components: document.components })
        known.set(pattern, validate)
      }
      if (validate(body)) return []
      return (validate.errors ?? []).map(({ instancePath, message }) => `${name}: ${instancePath} ${message}`)
    },
  }
}
