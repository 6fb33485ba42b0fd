import type { Site, TestServer } from '../server/test-server.ts'
import type { TabDriver, TabOptions } from '../tab/tab-driver.ts'

/** A tab, driven from outside of it. Everything takes a moment. */
export type Tab = {
  readonly [Method in keyof TabDriver]: (
    ...given: Parameters<TabDriver[Method]>
  ) => Promise<Awaited<ReturnType<TabDriver[Method]>>>
} & {
  /** The server's name for it. */
  readonly name: string
  /** The page is loaded again: what was in memory is gone. */
  readonly reload: () => Promise<void>
}

/** What a scenario happens in: a server, and a browser with its cookies and tabs. */
export interface World {
  readonly server: TestServer
  readonly site: Site
  readonly openTab: (options?: Partial<TabOptions>) => Promise<Tab>
  readonly goOffline: () => Promise<void>
  readonly goOnline: () => Promise<void>
  /**
   * Time passes for server and tabs, and timers go off. Answers take no less than ever: where some are waited for, let it
   * pass bit by bit. Only for a scenario that needs `time`.
   */
  readonly pass: (seconds: number) => Promise<void>
  /** The same, while the machine sleeps: timers go off afterwards, once. */
  readonly sleep: (seconds: number) => Promise<void>
  readonly close: () => Promise<void>
}
