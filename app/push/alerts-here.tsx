import { useEffect, useState } from 'react'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { type Device, lookAtDevice, turnOff, turnOn } from './device.ts'
import { PUSH_WORDS } from './words.ts'

/** Warnings on the browser that is being used: on or off, with the browser's own permission. */
export function AlertsHere({ publicKey }: { publicKey: string }) {
  const { locale } = useHere()
  const words = PUSH_WORDS[locale]
  const [device, setDevice] = useState<Device | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  useEffect(() => {
    lookAtDevice().then(setDevice, setError)
  }, [])

  const change = async (work: () => Promise<Device>) => {
    setBusy(true)
    setError(null)
    try {
      setDevice(await work())
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }

  return (
    <section className="stack" aria-labelledby="alerts-here">
      <h2 id="alerts-here">{words.title}</h2>
      <p>{words.says}</p>
      <p role="status">{device && words.states[device]}</p>
      <Problem error={error} />
      {(device === 'off' || device === 'on') && (
        <div>
          <button
            type="button"
            className={device === 'off' ? 'primary' : undefined}
            aria-disabled={busy}
            onClick={() => {
              if (!busy) void change(device === 'off' ? () => turnOn(publicKey) : turnOff)
            }}
          >
            {device === 'off' ? words.turnOn : words.turnOff}
          </button>
        </div>
      )}
    </section>
  )
}
