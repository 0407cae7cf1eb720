import type { Clock } from '#kit'
import type { GraphRefusal, Json, Shown } from './graph.ts'
import type { createTemplates } from './templates.ts'

type Templates = ReturnType<typeof createTemplates>
type Button = { type: string; title?: string; url?: string; payload?: string }

const refusal: GraphRefusal = { status: 400, code: 100 }
const check = (isWithin: boolean): void => {
  if (!isWithin) throw refusal
}

/** What a phone shows of a message, once it was found to be within the limits of Meta's documentation. */
export function createShow({ templates, clock }: { templates: Templates; clock: Clock }) {
  const shown = (more: Partial<Shown>): Shown => ({
    from: 'page',
    at: clock.now(),
    text: '',
    link: null,
    buttons: [],
    ...more,
  })

  function byTemplate(template: Json): Shown {
    const { text, buttons, values } = templates.fill(template)
    const filled = buttons.map((button, n) => ({ ...button, value: values[n]! }))
    const url = filled.find(({ type }) => type === 'URL')
    return shown({
      text,
      link: url ? { label: url.text, href: url.url!.replace(/\{\{\w+\}\}/, url.value) } : null,
      buttons: filled.flatMap((one) => (one.type === 'URL' ? [] : [{ label: one.text, payload: one.value }])),
    })
  }

  const pressed = (buttons: readonly Button[]) =>
    buttons.flatMap((one) => (one.payload ? [{ label: one.title ?? '', payload: one.payload }] : []))
  const linked = (buttons: readonly Button[]) => {
    const url = buttons.find(({ type }) => type === 'web_url')
    return url ? { label: url.title ?? '', href: url.url! } : null
  }
  const checkButtons = (buttons: readonly Button[]) => {
    check(buttons.length >= 1 && buttons.length <= 3)
    for (const { type, title = '', payload = '' } of buttons) {
      // A button to log in has the messenger's own words on it.
      check((type === 'account_link' || title.length >= 1) && title.length <= 20)
      check(payload.length <= 1_000)
    }
  }

  return {
    messenger(body: Json): Shown {
      const message = (body.message ?? {}) as Json
      if (body.messaging_type === 'UTILITY') {
        // WhatsApp's form, in an attachment, is “Invalid template type”.
        check(message.attachment === undefined && message.template !== undefined)
        return byTemplate(message.template as Json)
      }
      const payload = (message.attachment as { payload?: Json } | undefined)?.payload
      if (payload?.template_type === 'generic') {
        const elements = payload.elements as { title: string; subtitle?: string; buttons?: Button[] }[]
        check(elements.length >= 1 && elements.length <= 10)
        for (const { title, subtitle = '', buttons } of elements) {
          check(title.length <= 80 && subtitle.length <= 80)
          if (buttons) checkButtons(buttons)
        }
        const all = elements.flatMap(({ buttons }) => buttons ?? [])
        const text = elements
          .map(({ title, subtitle }) => `${title}${subtitle ? ` ${subtitle}` : ''}`)
          .join('\n')
        return shown({ text, link: linked(all), buttons: pressed(all) })
      }
      if (payload) {
        const { text, buttons } = payload as unknown as { text: string; buttons: Button[] }
        check(payload.template_type === 'button' && text.length <= 640)
        checkButtons(buttons)
        return shown({ text, link: linked(buttons), buttons: pressed(buttons) })
      }
      const text = String(message.text ?? '')
      const replies = (message.quick_replies ?? []) as Button[]
      check(text.length >= 1 && text.length <= 2_000 && replies.length <= 13)
      for (const { title, payload: token } of replies) check(title!.length <= 20 && token!.length <= 1_000)
      return shown({ ...withLink(text), buttons: pressed(replies) })
    },

    whatsapp(body: Json): Shown {
      if (body.type === 'template') return byTemplate(body.template as Json)
      if (body.type === 'text') {
        const { body: text } = body.text as { body: string }
        check(text.length >= 1 && text.length <= 4_096)
        return shown(withLink(text))
      }
      const {
        type,
        body: words,
        action,
      } = body.interactive as {
        type: string
        body: { text: string }
        action: {
          parameters?: { display_text: string; url: string }
          buttons?: { reply: { id: string; title: string } }[]
          button?: string
          sections?: { title?: string; rows: { id: string; title: string; description?: string }[] }[]
        }
      }
      check(words.text.length >= 1 && words.text.length <= 1_024)
      if (type === 'cta_url') {
        const { display_text, url } = action.parameters!
        check(display_text.length <= 20)
        return shown({ text: words.text, link: { label: display_text, href: url } })
      }
      if (type === 'list') {
        const rows = action.sections!.flatMap((section) => section.rows)
        check(action.button!.length <= 20 && rows.length >= 1 && rows.length <= 10)
        for (const { id, title, description = '' } of rows)
          check(id.length <= 200 && title.length <= 24 && description.length <= 72)
        return shown({
          ...withLink(words.text),
          buttons: rows.map(({ id, title }) => ({ label: title, payload: id })),
        })
      }
      const buttons = action.buttons!.map(({ reply }) => reply)
      check(buttons.length >= 1 && buttons.length <= 3)
      for (const { id, title } of buttons) check(title.length <= 20 && id.length <= 256)
      return shown({
        ...withLink(words.text),
        buttons: buttons.map(({ id, title }) => ({ label: title, payload: id })),
      })
    },
  }
}

/** An address in a text is shown as one to tap. */
function withLink(text: string): Pick<Shown, 'text' | 'link'> {
  const found = /https?:\/\/\S+/.exec(text)
  return {
    text: text.replace(/\n?https?:\/\/\S+/, ''),
    link: found ? { label: 'Link', href: found[0] } : null,
  }
}
