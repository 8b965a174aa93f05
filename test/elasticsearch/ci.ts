/** Where everything is checked, a test that did not run has proved nothing: there, what is missing is a failure. */
export const isCi = (): boolean => (process.env.CI ?? '') !== '';
