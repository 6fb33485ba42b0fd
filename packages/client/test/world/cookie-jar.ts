/** The cookies of one browser, for Node's `fetch`. It knows as much of RFC 6265 as the issuer's cookie needs. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()

  /** A `Cookie` field. */
  get field(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  take(response: Response): void {
    for (const field of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = field.split(/;\s*/)
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}
