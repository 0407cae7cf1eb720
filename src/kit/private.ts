import { inspect } from 'node:util'

const MASK = '•••'

/**
 * A value that belongs to a person. It can be computed with (`map`), but printing, logging, serialising or
 * concatenating it yields `•••`, so that a log line, an error or a template cannot leak it by accident.
 */
export class Private<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** Computes with the value; the result is as private as what it came from. */
  map<U>(compute: (value: T) => U): Private<U> {
    return new Private(compute(this.#value))
  }

  /** Several private values as one. */
  static all<T extends readonly unknown[]>(values: { [K in keyof T]: Private<T[K]> }): Private<T> {
    return new Private(values.map((value) => Private.#open(value)) as unknown as T)
  }

  /** Several private values as one, asked for at the same time: none of the questions may need another's answer. */
  static async together<T extends readonly unknown[]>(
    values: { [K in keyof T]: Private<T[K]> | Promise<Private<T[K]>> },
  ): Promise<Private<T>> {
    return Private.all((await Promise.all(values)) as { [K in keyof T]: Private<T[K]> })
  }

  static #open<T>(value: Private<T>): T {
    return value.#value
  }

  /** @internal Exported only through `revealPrivate` below. */
  static reveal<T>(value: Private<T>): T {
    return value.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [Symbol.toPrimitive](): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
