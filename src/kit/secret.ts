import { inspect } from 'node:util'

const MASK = '[secret]'

/** A password or an address that carries one: it prints as `[secret]`, wherever it is printed. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself, to be handed to what needs it and to nothing that prints. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
