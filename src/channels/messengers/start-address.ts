const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Where people open a messenger: at its own site. A simulated one, on this machine, is opened where its API is. */
export const startAddress = (site: string, api: URL): string =>
  LOOPBACK.includes(api.hostname) ? new URL(`/${site}`, api).href : `https://${site}`
