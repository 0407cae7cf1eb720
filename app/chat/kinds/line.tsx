import { Content, type KindProps } from './content.tsx'

/** A payment that looks as usual: one small line, there to be read or passed by. */
export function Line(props: KindProps) {
  return (
    <div className="bubble quiet-line">
      <Content {...props} />
    </div>
  )
}
