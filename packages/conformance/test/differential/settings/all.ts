import type { NamedSetting } from '../setting.ts'
import { ecdsaSettings } from './ecdsa.ts'
import { ed25519Settings } from './ed25519.ts'
import { hmacSettings } from './hmac.ts'
import { keySetSettings } from './key-sets.ts'
import { optionSettings } from './options.ts'
import { rsaSettings } from './rsa.ts'

export const allSettings: readonly NamedSetting[] = [
  ...hmacSettings,
  ...rsaSettings,
  ...ecdsaSettings,
  ...ed25519Settings,
  ...keySetSettings,
  ...optionSettings,
]

const shares = allSettings.reduce((sum, { share }) => sum + share, 0)

/** Of so many tokens over all settings, those of this one. */
export function tokensFor({ share }: NamedSetting, total: number): number {
  return Math.ceil((total * share) / shares)
}

/** @throws Error when no setting, or more than one, is called that */
export function settingNamed(part: string): NamedSetting {
  const found = allSettings.filter(({ name }) => name.includes(part))
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} settings are called ${part}`)
  return found[0]
}
