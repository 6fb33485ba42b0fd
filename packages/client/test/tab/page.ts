import { TabDriver, type TabOptions } from './tab-driver.ts'

/*
 * What a page of the tests runs. The client is in this module and nowhere else: a script that got into the page finds
 * no way to it. A test calls `open` and `call`, which it imports as the page's own modules would.
 */

/** A call that came back: an error cannot travel out of a page as it is. */
export type Outcome =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly name: string
        readonly message: string
        readonly code: unknown
        readonly status: unknown
      }
    }

let driver: TabDriver | undefined

export function open(options: TabOptions): void {
  driver = new TabDriver(options)
}

export async function call(method: string, given: readonly unknown[]): Promise<Outcome> {
  try {
    const methods = driver as unknown as Record<string, (...given: readonly unknown[]) => unknown>
    return { value: await methods[method]!(...given) }
  } catch (error) {
    const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown }
    return { error: { name, message, code, status } }
  }
}
