import { createServer } from 'node:net'

/** A port that nobody listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer()
  return await new Promise((done, failed) => {
    probe.once('error', failed)
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

/** Whether nobody listens on that port of this machine. */
export async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  return await new Promise((done) => {
    probe.once('error', () => done(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => done(true)))
  })
}
