import type { OpenApi, Operation, Schema } from './document.ts'

/** The pages' own style: none of theirs is loaded from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: #767676; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
code { font-family: ui-monospace, monospace; font-size: 0.95em; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 0.5rem; margin: 0.75rem 0; padding: 0.25rem 1rem; }
summary { cursor: pointer; padding: 0.5rem 0; }
summary b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.75rem 0.35rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
h2 { font-size: 1rem; }
.quiet { color: var(--quiet); }
`

/** The list of the faces, each with its page and its document. */
export function indexPage(faces: readonly { name: string; document: OpenApi }[]): string {
  const items = faces.map(
    ({ name, document: { info } }) =>
      `<li><a href="/developers/${name}">${plain(info.title)}</a> (<a href="/developers/${name}.json">OpenAPI 3.1</a>): ${plain(info.description)}</li>`,
  )
  return page(
    'Guichet for apps',
    `<p>An app reads what a person let it read, and nothing else. Each read is in the log that the person sees, and they can end it at any moment.</p><ul>${items.join('')}</ul>`,
  )
}

/** The page of one face: its operations, what they take and what they answer, made of its document. */
export function facePage(name: string, { info, servers, paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method, path, operation)),
  )
  return page(
    info.title,
    `<p>${plain(info.description)}</p>
<p>At <code>${plain(servers[0]!.url)}</code>; as a document: <a href="/developers/${name}.json">OpenAPI 3.1</a>; <a href="/developers">all standards</a>.</p>
${operations.join('\n')}`,
  )
}

function operationOf(method: string, path: string, operation: Operation): string {
  const { operationId, summary, parameters, requestBody, responses } = operation
  const body = requestBody && Object.values(requestBody.content)[0]!.schema
  return `<details id="${plain(operationId)}">
<summary><b>${plain(method.toUpperCase())}</b> <code>${plain(path)}</code><br><span class="quiet">${plain(summary)}</span></summary>
<h2>Takes</h2>
${table(
  ['name', 'where', 'what'],
  [
    ...parameters.map((one) => [
      code(one.name) + (one.required ? '' : ' (optional)'),
      one.in,
      kindOf(one.schema),
    ]),
    ...(body ? fieldsOf(body).map(([name, kind]) => [code(name), 'body', kind]) : []),
  ],
)}
<h2>Answers</h2>
${Object.entries(responses)
  .map(([status, { description, content }]) => {
    const schema = content && Object.values(content)[0]!.schema
    const isRefusal = Number(status) >= 400
    const fields =
      schema && !isRefusal
        ? table(
            ['field', 'what'],
            fieldsOf(schema).map(([name, kind]) => [code(name), kind]),
          )
        : ''
    return `<p><b>${status}</b> ${plain(description)}</p>${fields}`
  })
  .join('\n')}
</details>`
}

/** The fields of a schema, however deep, each by its way from the top; those that may be missing say so. */
function fieldsOf(schema: Schema, above = ''): [string, string][] {
  if (schema.items) return fieldsOf(schema.items, `${above}[]`)
  return Object.entries(schema.properties ?? {}).flatMap(([name, of]): [string, string][] => {
    const path = above === '' ? name : `${above}.${name}`
    const optional = schema.required?.includes(name) ? '' : ', optional'
    return [[path, kindOf(of) + optional], ...fieldsOf(of, path)]
  })
}

function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return code(String(schema.const))
  if (schema.enum) return schema.enum.map((one) => code(String(one))).join(', ')
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(' or ')
  const type = plain([schema.type ?? 'anything'].flat().join(' or '))
  return schema.format ? `${type} (${plain(schema.format)})` : type
}

const code = (text: string) => `<code>${plain(text)}</code>`

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return '<p>Nothing.</p>'
  const cells = (row: string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  return `<table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table>`
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${plain(title)}</title><link rel="stylesheet" href="/developers/style.css"></head>
<body><main><h1>${plain(title)}</h1>
${body}
</main></body>
</html>
`
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const plain = (text: string) => text.replace(/[&<>"]/g, (sign) => SIGNS[sign]!)
