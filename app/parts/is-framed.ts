/** Whether this page stands within another, as beside a simulated telephone. */
export const isFramed = (): boolean => window.top !== window.self
