import { Query, Resolver } from '@nestjs/graphql'
import { type Auth, CurrentAuth } from '@gatewarden/nest-jwt-module'
import { Me } from './me.ts'

@Resolver()
export class MeResolver {
  @Query(() => Me)
  me(@CurrentAuth() { subject, scopes, roles }: Auth): Me {
    return { subject, scopes, roles }
  }
}
