import {
  createGraphSetup,
  createMatrixAccount,
  createPublicSocket,
  createTelegramDoor,
  type GraphSetup,
  type SetupFinding,
  templatesOf,
} from '#channels'
import type { Settings } from '#config'
import { Fault, MINUTE, systemClock } from '#kit'
import { type Finding, note, right, tellFinding, wrong } from './check.ts'
import { confirm } from './confirm.ts'

export type GraphId = 'messenger' | 'whatsapp'
const NAMES = { messenger: 'Messenger', whatsapp: 'WhatsApp', telegram: 'Telegram', matrix: 'Matrix' }
/** An update that waited for so long was not only slow. */
const WAITING_MS = 5 * MINUTE

/** Asks each messenger that is set up whether its settings work. Exits 1 when something is wrong. */
export async function checkChannels(settings: Settings): Promise<void> {
  const graphs = graphsOf(settings)
  const telegram = telegramOf(settings)
  const { matrix } = settings.messengers
  if (graphs.length === 0 && !telegram && !matrix) throw noneIsSetUp()
  const findings: Finding[] = []
  for (const { id, setup } of graphs)
    findings.push(...(await setup.check(settings.publicUrl)).map((one) => findingOf(NAMES[id], one)))
  if (telegram) findings.push(await lookAtTelegram(telegram, settings.publicUrl))
  if (matrix) findings.push(await lookAtMatrix(matrix))
  tell(findings)
}

/** The templates of ours, as Meta would be given them. */
export function listTemplates(settings: Settings, { messenger: only }: { messenger?: GraphId }): void {
  for (const { id, prefix } of graphsOf(settings, only)) {
    console.log(`${NAMES[id]}:`)
    for (const { name, locale, text, openLabel, pressLabel } of templatesOf(prefix))
      console.log(`  ${name} (${locale}): ${text} [${[openLabel, pressLabel].filter(Boolean).join('] [')}]`)
  }
}

/** Registers what is not there yet. Exits 1 when one is refused. */
export async function registerTemplates(
  settings: Settings,
  { messenger: only }: { messenger?: GraphId },
): Promise<void> {
  const findings: Finding[] = []
  for (const { id, setup, isUsed } of graphsOf(settings, only)) {
    const done = await setup.register(settings.publicUrl)
    if (!done.ok) {
      findings.push(refused(NAMES[id], 'the templates are not told', done.code))
      continue
    }
    for (const { template, result } of done.value) {
      const what = `${NAMES[id]}: ${template.name} (${template.locale})`
      if (result === 'there') findings.push(right(`${what} is there already`))
      else if (result.ok) findings.push(right(`${what} is registered: ${result.value.toLowerCase()}`))
      else findings.push(refused(what, 'it is refused', result.code))
    }
    if (!isUsed)
      findings.push(
        right(`${NAMES[id]}: set GUICHET_${id.toUpperCase()}_UTILITY_TEMPLATE to guichet to have them used`),
      )
  }
  tell(findings)
}

/** What each of Meta's messengers has of our templates; one that does not tell is a finding. */
async function* templatesAt(settings: Settings, only: GraphId | undefined, findings: Finding[]) {
  for (const { id, setup } of graphsOf(settings, only)) {
    const found = await setup.templates()
    if (found.ok) yield { id, setup, ...found.value }
    else findings.push(refused(NAMES[id], 'the templates are not told', found.code))
  }
}

/** What Meta thinks of each. Exits 1 when one cannot be used. */
export async function showTemplates(
  settings: Settings,
  { messenger: only }: { messenger?: GraphId },
): Promise<void> {
  const findings: Finding[] = []
  for await (const { id, used, retired } of templatesAt(settings, only, findings)) {
    for (const { name, locale, status, reason } of used) {
      const says = `${NAMES[id]}: ${name} (${locale}): ${status?.toLowerCase() ?? 'not registered'}`
      if (status === 'APPROVED' || status === 'PENDING') findings.push(right(says))
      else
        findings.push(
          status === null
            ? wrong(says, 'Run `guichet channel templates register`.')
            : wrong(
                reason === null ? says : `${says}, ${reason}`,
                'Until Meta approves it, what it would say goes another way.',
              ),
        )
    }
    for (const name of retired)
      findings.push(
        note(
          `${NAMES[id]}: ${name} is registered and not used any more`,
          'Run `guichet channel templates delete-retired`.',
        ),
      )
  }
  tell(findings)
}

/** Deletes at Meta's what we registered once and use no more. Exits 1 when one is refused. */
export async function deleteRetiredTemplates(
  settings: Settings,
  { messenger: only, yes }: { messenger?: GraphId; yes?: boolean },
): Promise<void> {
  const findings: Finding[] = []
  for await (const { id, setup, retired } of templatesAt(settings, only, findings)) {
    if (retired.length === 0) findings.push(right(`${NAMES[id]}: none is registered that is not used`))
    for (const name of retired) {
      if (!yes) await confirm(`${name} will be deleted from ${NAMES[id]}, in all its languages.`, name)
      const done = await setup.deleteTemplate(name)
      findings.push(
        done.ok
          ? right(`${NAMES[id]}: ${name} is deleted`)
          : refused(`${NAMES[id]}: ${name}`, 'it was not deleted', done.code),
      )
    }
  }
  tell(findings)
}

/** Has Meta tell this installation what people write. Exits 1 when it does not. */
export async function subscribeChannels(
  settings: Settings,
  { messenger: only }: { messenger?: GraphId },
): Promise<void> {
  const findings: Finding[] = []
  for (const { id, setup } of graphsOf(settings, only)) {
    const done = await setup.subscribe()
    findings.push(
      done.ok ? right(`${NAMES[id]}: subscribed`) : refused(NAMES[id], 'it was not subscribed', done.code),
    )
  }
  tell(findings)
}

export async function setTelegramWebhook(settings: Settings): Promise<void> {
  const telegram = telegramOf(settings)
  if (!telegram) throw noneIsSetUp()
  const set = await telegram.set(settings.publicUrl)
  tell([
    set.ok
      ? await lookAtTelegram(telegram, settings.publicUrl)
      : refused('Telegram', 'the webhook was not set', set.code),
  ])
}

export async function showTelegram(settings: Settings): Promise<void> {
  const telegram = telegramOf(settings)
  if (!telegram) throw noneIsSetUp()
  tell([await lookAtTelegram(telegram, settings.publicUrl)])
}

async function lookAtMatrix({
  homeserver,
  user,
  accessToken,
}: NonNullable<Settings['messengers']['matrix']>): Promise<Finding> {
  const looked = await createMatrixAccount({
    fetch: (input, init) => fetch(input, init),
    homeserver,
  }).look(accessToken)
  const logInAgain = 'Run `guichet channel matrix login`, set what it prints, and restart.'
  if (!looked.ok)
    switch (looked.code) {
      case 'network':
        return wrong(
          'Matrix: the homeserver does not answer',
          `Look at ${homeserver.origin}: nothing is lost meanwhile.`,
        )
      case 'no-homeserver':
        return wrong(
          'Matrix: what answers is no homeserver',
          'Set GUICHET_MATRIX_HOMESERVER to its client-server API.',
        )
      case 'M_UNKNOWN_TOKEN':
      case 'M_MISSING_TOKEN':
        return wrong('Matrix: the access token is not valid any more', logInAgain)
      default:
        return refused('Matrix', 'it does not let us in', looked.code)
    }
  const { userId, deviceId } = looked.value
  return userId === user
    ? right(`Matrix: ${userId} is logged in, as device ${deviceId}`)
    : wrong(`Matrix: the token is ${userId}’s, and not ${user}’s`, 'Set both to the same account.')
}

type Telegram = NonNullable<ReturnType<typeof telegramOf>>

async function lookAtTelegram(telegram: Telegram, publicUrl: URL): Promise<Finding> {
  const looked = await telegram.look()
  if (!looked.ok)
    return looked.code === '401' || looked.code === '404'
      ? wrong(
          'Telegram: the bot’s token is not valid',
          'Ask @BotFather for it, and set GUICHET_TELEGRAM_BOT_TOKEN.',
        )
      : refused('Telegram', 'it does not answer', looked.code)
  const { botName, url, waiting, lastErrorAt, hears } = looked.value
  const setAgain = 'Run `guichet channel telegram set-webhook`.'
  if (botName.toLowerCase() !== telegram.botName.toLowerCase())
    return wrong(
      `Telegram: the token is @${botName}’s, and not @${telegram.botName}’s`,
      'Set both to the same bot.',
    )
  if (url === null) return wrong('Telegram: it was never told where to send', setAgain)
  if (url !== new URL('/webhooks/telegram', publicUrl).href)
    return wrong('Telegram: it sends to another address', setAgain)
  if (!hears) return wrong('Telegram: it keeps some kinds of updates to itself', setAgain)
  const isFailing = lastErrorAt !== null && waiting > 0 && systemClock.now() - lastErrorAt < WAITING_MS
  return isFailing
    ? wrong(
        `Telegram: ${waiting} updates wait, the last was refused at ${new Date(lastErrorAt).toISOString()}`,
        'Look for errors on `/webhooks/:messenger` in the log: a secret that changed is refused with 403 until the webhook is set again.',
      )
    : right(`Telegram: @${botName} sends here, ${waiting} waiting`)
}

function graphsOf(
  settings: Settings,
  only?: GraphId,
): { id: GraphId; setup: GraphSetup; prefix: string; isUsed: boolean }[] {
  const socket = socketOf(settings)
  const { messenger, whatsapp } = settings.messengers
  const all = [
    ...(messenger
      ? [{ ...messenger, id: 'messenger' as const, sender: messenger.pageId, account: messenger.pageId }]
      : []),
    ...(whatsapp
      ? [{ ...whatsapp, id: 'whatsapp' as const, sender: whatsapp.phoneId, account: whatsapp.accountId }]
      : []),
  ].filter(({ id }) => only === undefined || id === only)
  if (only !== undefined && all.length === 0) throw noneIsSetUp()
  return all.map((one) => ({
    id: one.id,
    setup: createGraphSetup({ ...one, socket }),
    prefix: one.utilityTemplate ?? 'guichet',
    isUsed: one.utilityTemplate !== null,
  }))
}

function telegramOf(settings: Settings) {
  const { telegram } = settings.messengers
  if (!telegram) return null
  const door = createTelegramDoor({ ...telegram, socket: socketOf(settings), clock: systemClock })
  return { ...door.webhook, botName: telegram.botName }
}

/** Nothing of a person's is said by these commands; the last look stands before the socket all the same. */
const socketOf = ({ publicUrl }: Settings) =>
  createPublicSocket({ fetch: (input, init) => fetch(input, init), publicUrl, names: new Set() })

const findingOf = (name: string, { says, mend }: SetupFinding): Finding =>
  mend === undefined ? right(`${name}: ${says}`) : wrong(`${name}: ${says}`, mend)

const refused = (what: string, says: string, code: string): Finding =>
  code === 'no-account'
    ? wrong(`${what}: ${says}`, 'Set GUICHET_WHATSAPP_ACCOUNT_ID to the WhatsApp Business Account’s id.')
    : wrong(
        `${what}: ${says} (${code})`,
        'The code is the messenger’s own; its documentation says what it means.',
      )

const noneIsSetUp = () =>
  new Fault('setting-wrong', {
    detail: 'This messenger is not set up: docs/connect-a-channel.md says what it needs.',
  })

function tell(findings: readonly Finding[]): void {
  for (const finding of findings) console.log(tellFinding(finding))
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1
}
