import { monogramOf } from './monogram-of.ts'

/** A bank's initials, where another product would put a logo that is not ours to use. */
export function Monogram({ name }: { name: string }) {
  return (
    <span className="monogram" aria-hidden="true">
      {monogramOf(name)}
    </span>
  )
}
