import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Json = Record<string, unknown>
type Examples = Record<string, { $ref?: string; value?: unknown }>
type Answer = { $ref?: string; content?: Record<string, { examples?: Examples }> }

/** An OpenAPI document, as much of it as the tests look at. */
export type Specification = {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
  components: {
    responses: Record<string, Answer>
    examples?: Record<string, { value: Json }>
    schemas: Record<string, Json>
  }
}

export const readSpecification = async (path: string): Promise<Specification> =>
  JSON.parse(await readFile(path, 'utf8')) as Specification

/** The specification as a test has changed it, in a file of its own until the end of the tests. */
export async function keepSpecification(
  specification: Specification,
  atEnd: (end: () => Promise<void>) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-standard-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'specification.json')
  await writeFile(file, JSON.stringify(specification))
  return file
}

/** The examples of a path's answer, by the names of their own. */
export function examplesOf(specification: Specification, path: string): Examples {
  const answer = specification.paths[path]!.get!.responses['200']!
  const whole = answer.$ref ? specification.components.responses[answer.$ref.split('/').at(-1)!]! : answer
  const json = whole.content!['application/json']!
  json.examples = Object.fromEntries(
    Object.entries(json.examples ?? {}).map(([name, example]) => [
      example.$ref?.split('/').at(-1) ?? name,
      example,
    ]),
  )
  return json.examples
}
