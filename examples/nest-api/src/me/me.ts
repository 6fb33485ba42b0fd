import { Field, ObjectType } from '@nestjs/graphql'

/** What the API tells callers about themselves. */
@ObjectType()
export class Me {
  @Field(() => String, { nullable: true })
  readonly subject!: string | undefined

  @Field(() => [String])
  readonly scopes!: readonly string[]

  @Field(() => [String])
  readonly roles!: readonly string[]
}
