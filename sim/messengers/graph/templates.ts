import type { GraphRefusal, Json } from './graph.ts'

type Button = { type: string; text: string; url?: string; payload?: string; example?: unknown }
type Component = { type: string; text?: string; buttons?: Button[] }
export type RegisteredTemplate = {
  id: string
  name: string
  language: string
  category: string
  status: 'APPROVED' | 'PENDING' | 'REJECTED' | 'PAUSED'
  components: Component[]
  rejected_reason?: string
}

const refuse = (code: number, subcode?: number): GraphRefusal => ({
  status: 400,
  code,
  ...(subcode !== undefined && { subcode }),
})

/** The templates of a page or of a WhatsApp account: what may be registered, and what a message must bring to be one. */
export function createTemplates({ product }: { product: 'messenger' | 'whatsapp' }) {
  const all: RegisteredTemplate[] = []
  let serial = 104_595_129_340_000

  const placesIn = (text: string | undefined) => text?.match(/\{\{\w+\}\}/g)?.length ?? 0

  function valuesOfBody(template: Json): string[] {
    const components = (template.components ?? []) as { type: string; parameters: { text?: string }[] }[]
    return components
      .filter(({ type }) => type === 'body')
      .flatMap(({ parameters }) => parameters.map(({ text = '' }) => text))
  }

  function checkButton(button: Button): void {
    const kinds =
      product === 'messenger' ? ['POSTBACK', 'URL', 'PHONE_NUMBER'] : ['QUICK_REPLY', 'URL', 'PHONE_NUMBER']
    // Messenger answers QUICK_REPLY at creation with 2018416.
    if (!kinds.includes(button.type)) throw refuse(100, product === 'messenger' ? 2018416 : undefined)
    if (typeof button.text !== 'string' || button.text.length > (product === 'messenger' ? 20 : 25))
      throw refuse(100)
    if (button.type !== 'URL' || placesIn(button.url) === 0) return
    // A place in an address needs an example, each product in its own form.
    const example = button.example as { url_suffix_example?: string } | string[] | undefined
    const isGiven =
      product === 'messenger'
        ? !Array.isArray(example) && example?.url_suffix_example
        : Array.isArray(example)
    if (!isGiven) throw refuse(100)
  }

  return {
    all,

    register(body: Json): RegisteredTemplate {
      const { name, language, category, components } = body as unknown as RegisteredTemplate
      if (!/^[a-z0-9_]{1,512}$/.test(String(name)) || category !== 'UTILITY' || !Array.isArray(components))
        throw refuse(100)
      if (all.some((one) => one.name === name && one.language === language)) throw refuse(100, 2388024)
      const text = components.find(({ type }) => type === 'BODY')?.text
      if (!text || text.length > 1_024 || /^\{\{|\}\}$/.test(text)) throw refuse(100)
      const buttons = components.find(({ type }) => type === 'BUTTONS')?.buttons ?? []
      if (buttons.length > (product === 'messenger' ? 3 : 10)) throw refuse(100)
      for (const button of buttons) checkButton(button)
      const status = product === 'messenger' ? 'APPROVED' : 'PENDING'
      const made = {
        id: String(serial++),
        name,
        language,
        category,
        status,
        components,
      } satisfies RegisteredTemplate
      all.push(made)
      return made
    },

    /** Deletes every language of a name. */
    remove(name: string | null): void {
      const kept = all.filter((one) => one.name !== name)
      if (kept.length === all.length) throw refuse(100)
      all.splice(0, all.length, ...kept)
    },

    /** The template that a message is made of, and what fills it; throws as the product refuses it. */
    fill(template: Json): { text: string; buttons: Button[]; values: string[] } {
      const language = (template.language as { code?: string } | undefined)?.code
      const found = all.find((one) => one.name === template.name && one.language === language)
      if (!found || found.status === 'PENDING' || found.status === 'REJECTED')
        throw product === 'messenger' ? refuse(100) : refuse(132001)
      if (found.status === 'PAUSED') throw product === 'messenger' ? refuse(100) : refuse(132015)
      const part = (type: string) => found.components.find((one) => one.type === type)
      const buttons = part('BUTTONS')?.buttons ?? []
      const values =
        product === 'messenger' ? this.valuesOfMessenger(template) : this.valuesOfWhatsApp(template, buttons)
      const wanted = buttons.filter(
        ({ type, url }) =>
          (type === 'URL' && placesIn(url) > 0) || type === 'POSTBACK' || type === 'QUICK_REPLY',
      )
      if (values.length !== wanted.length)
        throw product === 'messenger' ? refuse(100, 1893029) : refuse(132000)
      const said = valuesOfBody(template)
      const text = (part('BODY')?.text ?? '').replace(/\{\{\w+\}\}/g, (place) => said.shift() ?? place)
      return { text, buttons: wanted, values }
    },

    /** One component for all buttons: a component each, with an index, is refused. */
    valuesOfMessenger(template: Json): string[] {
      const components = (template.components ?? []) as {
        type: string
        index?: unknown
        parameters: Json[]
      }[]
      if (
        components.some(
          ({ type, index }) => index !== undefined || !['header', 'body', 'buttons'].includes(type),
        )
      )
        throw refuse(100)
      return components.flatMap(({ type, parameters }) =>
        type !== 'buttons' ? [] : parameters.map((one) => String(one.type === 'URL' ? one.url : one.payload)),
      )
    },

    /** A component a button, each at its place and of its kind. */
    valuesOfWhatsApp(template: Json, buttons: Button[]): string[] {
      const components = (template.components ?? []) as {
        type: string
        sub_type?: string
        index?: string
        parameters: { type: string; text?: string; payload?: string }[]
      }[]
      return components
        .filter(({ type }) => type === 'button')
        .map(({ sub_type, index, parameters: [value] }) => {
          const kind = { url: 'URL', quick_reply: 'QUICK_REPLY' }[sub_type ?? '']
          if (buttons[Number(index)]?.type !== kind || !value) throw refuse(132018)
          return String(value.type === 'payload' ? value.payload : value.text)
        })
    },

    /** What somebody at Meta decides of a template. */
    decide(name: string, status: RegisteredTemplate['status'], reason?: string): void {
      for (const one of all)
        if (one.name === name) Object.assign(one, { status, ...(reason && { rejected_reason: reason }) })
    },
  }
}
