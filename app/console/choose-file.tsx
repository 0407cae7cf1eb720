import { useRef } from 'react'

type Props = {
  label: string
  accept?: string
  small?: boolean
  disabled: boolean
  onChoose(file: File | null): void
}

/** A button that opens the browser's own choice of files: its own input says *no file chosen* in a language of its own. */
export function ChooseFile({ label, accept, small, disabled, onChoose }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          if (file) onChoose(file)
          // The same file can be chosen again once it was mended.
          event.target.value = ''
        }}
      />
      <button
        type="button"
        className={small ? 'small-button' : ''}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {label}
      </button>
    </>
  )
}
