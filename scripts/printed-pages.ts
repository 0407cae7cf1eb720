import { join } from 'node:path'
import { contractDocuments } from '#banks'
import { aboutSetting, SETTINGS, type SettingName } from '#config'
import { FAULTS } from '#kit'

const DOCS = join(import.meta.dirname, '../docs')

/** The pages of the documentation that are printed from the code, by their path. */
export function printedPages(): Map<string, string> {
  return new Map([
    [join(DOCS, 'settings.md'), settingsPage()],
    [join(DOCS, 'errors.md'), errorsPage()],
    ...Object.entries(contractDocuments()).map(
      ([name, document]) => [join(DOCS, name), `${JSON.stringify(document, null, 2)}\n`] as const,
    ),
  ])
}

function settingsPage(): string {
  const names = Object.keys(SETTINGS.shape) as SettingName[]
  const sections = names.map((name) => {
    const { says, accepts, standard } = aboutSetting(name)
    return `## ${name}\n\n${says}\n\n- Accepts: ${accepts}.\n- Without it: ${standard}.\n`
  })
  return `# Settings

Printed from \`src/config.ts\` by \`node scripts/print-docs.ts\`.

Settings are environment variables, read once at the start. A name that begins with \`GUICHET_\` and is not below is
refused, with the nearest one that is; every fault is told at once. PORT, DATA and HOST below stand for the settings of
those names. \`guichet doctor\` says whether the settings in force work.

${sections.join('\n')}`
}

function errorsPage(): string {
  const sections = Object.entries(FAULTS).map(([code, { http, retry, en, fr, mend }]) =>
    [
      `## ${code}\n`,
      `HTTP ${http} · ${retry ? 'trying again can help' : 'trying again does not help'}\n`,
      `- The person reads: ${en}`,
      `- La personne lit : ${fr}`,
      `- To mend it: ${mend}\n`,
    ].join('\n'),
  )
  return `# Errors

Printed from \`src/kit/errors.ts\` by \`node scripts/print-docs.ts\`.

Every error has a code. Responses carry it as \`{"error": {"code", "sentence", "retry"}}\`, log lines as \`code\`; neither
holds anything about a person.

${sections.join('\n')}`
}
