import type { AuthClient } from '@gatewarden/client'
import type { PageConfig } from '../src/page-config.ts'
import type { Connection } from './connection.ts'
import type { Journal } from './journal.ts'

/** What every panel of the page works with. */
export interface Page {
  readonly client: AuthClient
  readonly config: PageConfig
  readonly connection: Connection
  readonly journal: Journal
  readonly tabName: string
  /** The address of one of the API's routes. */
  readonly api: (path: string) => string
}
