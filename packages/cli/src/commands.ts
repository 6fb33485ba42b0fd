import type { Command } from './command.ts'
import { attack } from './commands/attack.ts'
import { doctor } from './commands/doctor.ts'
import { explain } from './commands/explain.ts'
import { keysJwks } from './commands/keys-jwks.ts'
import { keysList } from './commands/keys-list.ts'
import { keysNew } from './commands/keys-new.ts'
import { keysRevoke } from './commands/keys-revoke.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { mint } from './commands/mint.ts'
import { secretCheck } from './commands/secret-check.ts'
import { secretNew } from './commands/secret-new.ts'

/** In the order in which the help lists them. */
export const commands: readonly Command[] = [
  explain,
  doctor,
  attack,
  keysList,
  keysNew,
  keysRotate,
  keysRevoke,
  keysJwks,
  secretNew,
  secretCheck,
  mint,
]
