import { malformed } from '../parsed.ts'
import type { XmlPiece } from '../xml.ts'

/** An element and what stands in it. */
export type Element = {
  name: string
  attributes: Record<string, string>
  text: string
  line: number
  children: Element[]
}

/** A batch booking may have thousands of details of some dozens of elements; more than this is no entry. */
const ELEMENTS_MAX = 400_000

/** Gathers one element of a document, from its opening, out of the pieces that follow. */
export function createGatherer(open: XmlPiece & { kind: 'open' }) {
  const root = elementOf(open)
  const path = [root]
  let count = 1
  return {
    /** Whether the element is closed now. */
    take(piece: XmlPiece): Element | null {
      if (piece.kind === 'open') {
        if (++count > ELEMENTS_MAX) throw malformed(piece.line, `${root.name} is too large`)
        const element = elementOf(piece)
        path.at(-1)!.children.push(element)
        path.push(element)
        return null
      }
      path.pop()!.text = piece.text
      return path.length === 0 ? root : null
    },
  }
}

const elementOf = ({ name, attributes, line }: XmlPiece & { kind: 'open' }): Element => ({
  name,
  attributes,
  line,
  text: '',
  children: [],
})

/** The first element at a path of names below `from`. */
export function find(from: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>(
    (element, name) => element?.children.find((child) => child.name === name),
    from,
  )
}

export function findAll(from: Element | undefined, name: string): Element[] {
  return from?.children.filter((child) => child.name === name) ?? []
}

/** The text at a path; null where there is none. */
export function textAt(from: Element | undefined, ...path: string[]): string | null {
  return find(from, ...path)?.text || null
}
