import type { ExecutionContext } from '@nestjs/common'
import { requirePredicate } from '@gatewarden/nest-jwt-module'

interface UserRoute {
  readonly params: { readonly user?: string }
}

/** The user's own resources only. A client's token is refused even if its id reads like a user's. */
export const ownNotes = requirePredicate(
  'own notes',
  ({ kind, subject }, context: ExecutionContext) =>
    kind === 'user' && subject === context.switchToHttp().getRequest<UserRoute>().params.user,
)
