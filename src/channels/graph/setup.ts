import { z } from 'zod'
import type { Secret } from '#kit'
import type { PublicSocket } from '../messengers/public-socket.ts'
import { retiredNamesOf, type Template, templatesOf } from './templates.ts'

const TIMEOUT_MS = 10_000
/** Without these nothing that people write or tap arrives. */
const NEEDED_FIELDS = ['messages', 'messaging_postbacks']
/** What a page tells us; the last is needed for its templates. */
const PAGE_FIELDS = [
  'messages',
  'messaging_postbacks',
  'messaging_referrals',
  'message_deliveries',
  'message_reads',
  'message_template_status_update',
]

const Node = z.looseObject({ id: z.string() })
/** A page tells the app and its fields; an account tells the app within, and no fields, which are the app's own there. */
const Subscribed = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string().optional(),
      subscribed_fields: z.array(z.string()).optional(),
      whatsapp_business_api_data: Node.optional(),
    }),
  ),
})
const Subscriptions = z.looseObject({
  data: z.array(
    z.looseObject({ object: z.string(), callback_url: z.string(), active: z.boolean().optional() }),
  ),
})
const Registered = z.looseObject({
  data: z.array(
    z.looseObject({
      name: z.string(),
      language: z.string(),
      status: z.string(),
      rejected_reason: z.string().optional(),
    }),
  ),
})
const Success = z.looseObject({ success: z.literal(true) })
const Refusal = z.looseObject({
  error: z.looseObject({ code: z.number(), error_subcode: z.number().optional() }),
})

/** What was found of one thing; `mend` is there when it is wrong. */
export type SetupFinding = { isRight: boolean; says: string; mend?: string }
export type TemplateState = Template & { status: string | null; reason: string | null }
type Asked<T> = { ok: true; value: T } | { ok: false; code: string }

/** What an operator does at Meta's for a page or a number: looks whether its settings work, and registers the templates. */
export function createGraphSetup(needs: {
  id: 'messenger' | 'whatsapp'
  /** The page, or the phone number. */
  sender: string
  /** Whose templates and subscriptions: the page itself, or the WhatsApp Business Account; null when it is not set. */
  account: string | null
  socket: PublicSocket
  accessToken: Secret
  appSecret: Secret
  graphUrl: URL
  utilityTemplate: string | null
}) {
  const { id, sender, account, socket, accessToken, appSecret, graphUrl } = needs
  const prefix = needs.utilityTemplate ?? 'guichet'

  async function ask<T>(
    path: string,
    shape: z.ZodType<T>,
    more: { method?: 'DELETE'; body?: unknown; token?: string } = {},
  ): Promise<Asked<T>> {
    const answer = await socket(new URL(`${graphUrl.href.replace(/\/$/, '')}/${path}`), {
      method: more.method ?? (more.body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${more.token ?? accessToken.reveal()}`,
        ...(more.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: more.body === undefined ? null : JSON.stringify(more.body),
      addressFields: ['subscribed_fields'],
      timeoutMs: TIMEOUT_MS,
    }).catch((error: unknown) => {
      if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return null
      throw error
    })
    if (!answer) return { ok: false, code: 'network' }
    const body = parse(answer.body)
    const read = shape.safeParse(body)
    if (answer.status < 300 && read.success) return { ok: true, value: read.data }
    const refusal = Refusal.safeParse(body)
    if (!refusal.success) return { ok: false, code: `http-${answer.status}` }
    const { code, error_subcode: subcode } = refusal.data.error
    return { ok: false, code: subcode === undefined ? String(code) : `${code}/${subcode}` }
  }

  const right = (says: string): SetupFinding => ({ isRight: true, says })
  const wrong = (says: string, mend: string): SetupFinding => ({ isRight: false, says, mend })

  /** What is registered there under our names. */
  async function templates(): Promise<Asked<{ used: TemplateState[]; retired: string[] }>> {
    if (account === null) return { ok: false, code: 'no-account' }
    const found = await ask(`${account}/message_templates?name=${prefix}&limit=200`, Registered)
    if (!found.ok) return found
    return { ok: true, value: { used: usedOf(found.value.data), retired: retiredOf(found.value.data) } }
  }
  type Registered = z.infer<typeof Registered>['data']

  /** By name, and whatever else is registered there is somebody else's. One that is being deleted is as good as gone. */
  const retiredOf = (registered: Registered): string[] =>
    retiredNamesOf(prefix).filter((name) =>
      registered.some((one) => one.name === name && one.status !== 'PENDING_DELETION'),
    )

  const usedOf = (registered: Registered): TemplateState[] =>
    templatesOf(prefix).map((template) => {
      const there = registered.find(
        ({ name, language }) => name === template.name && language === template.locale,
      )
      const reason = there?.rejected_reason
      return {
        ...template,
        status: there?.status ?? null,
        reason: reason === undefined || reason === 'NONE' ? null : reason,
      }
    })

  /** Whether the token opens the sender that is set. */
  async function checkToken(): Promise<SetupFinding> {
    const found = await ask(`${sender}?fields=id`, Node)
    if (found.ok) return right(`The access token opens ${sender}`)
    const what = id === 'messenger' ? 'page' : 'phone number'
    if (found.code === 'network' || found.code.startsWith('http-'))
      return wrong(
        `Meta’s Graph API cannot be reached (${found.code})`,
        'Look at the address in the settings, and at what is between here and Meta.',
      )
    return found.code.startsWith('190')
      ? wrong(
          'The access token is not valid any more (190)',
          'Make a new one in the app’s settings, one that does not end.',
        )
      : wrong(
          `The access token does not open the ${what} ${sender} (${found.code})`,
          `Look whether the ${what}’s id is right, and whether the token is that ${what}’s own.`,
        )
  }

  /** The app's own word on where it sends: only who knows the app secret is told. */
  async function checkWebhook(publicUrl: URL): Promise<SetupFinding> {
    const app = await askApp()
    if (!app.ok) return wrong(`The token’s app is not told (${app.code})`, 'Look at the access token.')
    const token = `${app.value.id}|${appSecret.reveal()}`
    const found = await ask(`${app.value.id}/subscriptions`, Subscriptions, { token })
    if (!found.ok)
      return wrong(
        `The app secret is not the app’s (${found.code})`,
        'Copy it anew from the app’s basic settings: with a wrong one every webhook is refused.',
      )
    const object = id === 'messenger' ? 'page' : 'whatsapp_business_account'
    const wanted = new URL(`/webhooks/${id}`, publicUrl).href
    const subscription = found.value.data.find((one) => one.object === object)
    if (!subscription) return wrong('The app has no webhook', `Add ${wanted} in the app’s webhook settings.`)
    if (subscription.callback_url !== wanted)
      return wrong(
        'The app’s webhook sends to another address',
        `It should be ${wanted}: change it in the app’s webhook settings.`,
      )
    return subscription.active === false
      ? wrong('The app’s webhook is not active', 'Verify it again in the app’s webhook settings.')
      : right('The app secret is right, and the webhook sends here')
  }

  const askApp = () => ask('app', Node)

  /** Which fields this app is not told of, of a list; null when it is not subscribed at all. Other apps may be, beside it. */
  async function missingFields(all: readonly string[]): Promise<Asked<string[] | null>> {
    const app = await askApp()
    if (!app.ok) return app
    const found = await ask(`${account}/subscribed_apps`, Subscribed)
    if (!found.ok) return found
    const own = found.value.data.find(
      (one) => (one.whatsapp_business_api_data?.id ?? one.id) === app.value.id,
    )
    if (!own) return { ok: true, value: null }
    const fields = id === 'messenger' ? (own.subscribed_fields ?? all) : all
    return { ok: true, value: all.filter((field) => !fields.includes(field)) }
  }

  async function checkSubscription(): Promise<SetupFinding> {
    if (account === null)
      return wrong(
        'The WhatsApp Business Account is not set',
        'Set GUICHET_WHATSAPP_ACCOUNT_ID to look further.',
      )
    const missing = await missingFields(PAGE_FIELDS)
    if (!missing.ok)
      return wrong(
        `The subscriptions are not told (${missing.code})`,
        'The token needs the right to manage them.',
      )
    if (missing.value === null)
      return wrong(
        'The app is no longer subscribed: nothing that people write arrives',
        'Run `guichet channel subscribe`, once the webhook works.',
      )
    return missing.value.length === 0
      ? right('The app is subscribed')
      : wrong(`The app is not told of ${missing.value.join(', ')}`, 'Run `guichet channel subscribe`.')
  }

  async function checkTemplates(): Promise<SetupFinding[]> {
    if (needs.utilityTemplate === null) return [right('Templates: not used')]
    const found = await templates()
    if (!found.ok)
      return [
        wrong(
          `Templates: they are not told (${found.code})`,
          'The token needs the right to manage templates.',
        ),
      ]
    const { used, retired } = found.value
    const missing = used.filter(({ status }) => status === null)
    const refused = used.filter(
      ({ status }) => status !== null && status !== 'APPROVED' && status !== 'PENDING',
    )
    const waiting = used.filter(({ status }) => status === 'PENDING')
    return [
      ...(missing.length > 0
        ? [
            wrong(
              `Templates: ${missing.length} of ours are not registered`,
              'Run `guichet channel templates register`.',
            ),
          ]
        : []),
      ...refused.map(({ name, locale, status, reason }) =>
        wrong(
          `Templates: ${name} (${locale}) is ${status!.toLowerCase()}${reason === null ? '' : `: ${reason}`}`,
          'Until Meta approves it, what it would say goes another way.',
        ),
      ),
      ...retired.map((name) => right(`Templates: ${name} is registered and not used any more`)),
      ...(waiting.length > 0 ? [right(`Templates: ${waiting.length} wait for Meta’s approval`)] : []),
      ...(missing.length + refused.length + waiting.length === 0 ? [right('Templates: all approved')] : []),
    ]
  }

  /** Has the page, or the account, tell the app what people write. Safe to repeat. */
  async function subscribe(): Promise<{ ok: true } | { ok: false; code: string }> {
    if (account === null) return { ok: false, code: 'no-account' }
    const body = id === 'messenger' ? { subscribed_fields: PAGE_FIELDS } : {}
    const done = await ask(`${account}/subscribed_apps`, Success, { body })
    return done.ok ? { ok: true } : done
  }

  return {
    id,
    templates,

    /** Looks at one thing after the other; where Meta is not reached or the token is dead, no further. */
    async check(publicUrl: URL): Promise<SetupFinding[]> {
      const token = await checkToken()
      if (!token.isRight) return [token]
      return [token, await checkWebhook(publicUrl), await checkSubscription(), ...(await checkTemplates())]
    },

    /** Registers what is not there yet; one that is there is left alone, since Meta lets none be changed. */
    async register(
      publicUrl: URL,
    ): Promise<Asked<{ template: Template; result: Asked<string> | 'there' }[]>> {
      const found = await templates()
      if (!found.ok) return found
      const results: { template: Template; result: Asked<string> | 'there' }[] = []
      for (const template of found.value.used) {
        if (template.status !== null) {
          results.push({ template, result: 'there' })
          continue
        }
        const body = id === 'messenger' ? forPage(template, publicUrl) : forNumber(template, publicUrl)
        const made = await ask(`${account}/message_templates`, z.looseObject({ status: z.string() }), {
          body,
        })
        results.push({ template, result: made.ok ? { ok: true, value: made.value.status } : made })
      }
      return { ok: true, value: results }
    },

    /**
     * Deletes what is registered under that name, in all its languages (“Delete template by name”, WhatsApp Business Management
     * API; a page has the same edge).
     */
    async deleteTemplate(name: string): Promise<Asked<null>> {
      const path = `${account}/message_templates?name=${encodeURIComponent(name)}`
      const done = await ask(path, Success, { method: 'DELETE' })
      return done.ok ? { ok: true, value: null } : done
    },

    subscribe,

    /** Subscribes again where Meta has taken the app off. `lapsed` when it had: what was written meanwhile never came. */
    async keepSubscribed(): Promise<Asked<'kept' | 'lapsed'>> {
      if (account === null) return { ok: false, code: 'no-account' }
      const missing = await missingFields(NEEDED_FIELDS)
      if (!missing.ok) return missing
      if (missing.value?.length === 0) return { ok: true, value: 'kept' }
      const done = await subscribe()
      return done.ok ? { ok: true, value: 'lapsed' } : done
    },
  }
}
export type GraphSetup = ReturnType<typeof createGraphSetup>

/** The place of the token in our address, as both products write it. */
const place = (publicUrl: URL) => `${publicUrl.origin}/o/{{1}}`
/** A token that opens nothing, for the reviewers. */
const EXAMPLE = 'ExampleExampleExampleExampleExam'

/** “Use a template with customizable URL button” and “… postback button”, 13 March 2026. */
const forPage = ({ name, locale, text, openLabel, pressLabel }: Template, publicUrl: URL) => ({
  name,
  language: locale,
  category: 'UTILITY',
  components: [
    { type: 'BODY', text },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'URL',
          text: openLabel,
          url: place(publicUrl),
          example: { url_suffix_example: `${publicUrl.origin}/o/${EXAMPLE}` },
        },
        ...(pressLabel === null ? [] : [{ type: 'POSTBACK', text: pressLabel, payload: '{{1}}' }]),
      ],
    },
  ],
})

/** WhatsApp Business Management API, “Create template”. */
const forNumber = ({ name, locale, text, openLabel, pressLabel }: Template, publicUrl: URL) => ({
  name,
  language: locale,
  category: 'UTILITY',
  components: [
    { type: 'BODY', text },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'URL',
          text: openLabel,
          url: place(publicUrl),
          example: [`${publicUrl.origin}/o/${EXAMPLE}`],
        },
        ...(pressLabel === null ? [] : [{ type: 'QUICK_REPLY', text: pressLabel }]),
      ],
    },
  ],
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
