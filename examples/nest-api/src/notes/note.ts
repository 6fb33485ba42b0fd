import { Field, Int, ObjectType } from '@nestjs/graphql'

@ObjectType()
export class Note {
  @Field(() => Int)
  readonly id!: number

  @Field()
  readonly owner!: string

  @Field()
  readonly text!: string
}
