import {
  type CanActivate,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common'
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { ConfigError } from '@gatewarden/core'
import { hasOwnGuard, HOW_TO_COVER, isJwtGuard, recordCovered } from './covered.ts'
import { JwtGuard } from './jwt-guard.ts'
import {
  anyMethodHasPolicy,
  isMarked,
  isPlainlyPublic,
  handlerMarks,
  keeps,
  type Marks,
  marksOf,
  type Method,
  methodsOf,
  writtenMarks,
} from './requirements.ts'

/** Stops the boot of an application in which a decorator of ours stands where no JwtGuard acts on it. */
@Injectable()
export class JwtGuardCoverage implements OnApplicationBootstrap {
  constructor(
    @Inject(JwtGuard) private readonly jwtGuard: JwtGuard,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly http: { readonly httpAdapter?: object | null },
  ) {}

  onApplicationBootstrap(): void {
    // A script that only wants the providers answers nobody.
    if (!this.#answersRequests()) return
    for (const { controllers, providers } of this.modules.values()) {
      for (const { metatype, instance } of controllers.values()) {
        this.#check(metatype, instance, true)
      }
      for (const { metatype, isNotMetatype, instance } of providers.values()) {
        const made = instance as object | null | undefined
        this.#check(isNotMetatype ? made?.constructor : metatype, made, false)
      }
    }
  }

  #check(given: unknown, instance: unknown, isController: boolean): void {
    if (typeof given !== 'function') return
    const type = given as Type<unknown>
    const ofClass = marksOf(type)
    const prototype = type.prototype as { readonly constructor: object }
    if (!keeps(marksOf(prototype.constructor), ofClass)) throw new ConfigError(type.name, WRAPPED)
    let answers = false
    for (const [name, method] of methodsOf(type)) {
      const where = `${type.name}.${name}`
      const ofMethod = marksOf(method)
      if (!keeps(ofMethod, writtenMarks(prototype, name))) {
        throw new ConfigError(where, REPLACED)
      }
      if (isHidden(type, name, method, instance)) throw new ConfigError(where, HIDDEN)
      const kind = handlerKind(type, method, isController)
      answers ||= kind !== undefined
      if (kind === 'graphql field' && isReference(method)) this.#checkReference(where, ofMethod)
      if (!isMarked(ofMethod) && (kind === undefined || !isMarked(ofClass))) continue
      refuseContradiction(where, ofMethod)
      const problem = this.#problemWith(type, method, kind)
      if (problem !== undefined) throw new ConfigError(where, problem)
    }
    if (!isMarked(ofClass)) return
    refuseContradiction(type.name, ofClass)
    if (!answers && !hasOwnGuard(type)) throw new ConfigError(type.name, ANSWERS_NOBODY)
    if (ofClass.isPublic && anyMethodHasPolicy(type)) {
      new Logger(JwtGuard.name).warn(`${type.name}: ${NOT_PUBLIC}`)
    }
  }

  /** Whoever asks for `_entities` gets there, through no other handler. */
  #checkReference(where: string, marks: Marks): void {
    if (isPlainlyPublic(marks) || this.#guardsRunForFields() || !this.#isGlobal()) return
    throw new ConfigError(where, NO_FIELD_GUARDS)
  }

  /** Why no JwtGuard would act on the decorators of a method; undefined when one does. */
  #problemWith(type: Type<unknown>, method: Method, kind: HandlerKind | undefined) {
    if (kind === 'graphql field' && !this.#guardsRunForFields()) {
      return NO_FIELD_GUARDS
    }
    const isGuarded = hasOwnGuard(type, method)
    // Other packages may call it, and ask its guards; `handleConnection` of a gateway Nest calls, and asks none.
    if (kind === undefined) return isGuarded && !isGateway(type) ? undefined : ANSWERS_NOBODY
    if (isGuarded) return undefined
    if (!this.#isGlobal()) {
      return `no JwtGuard covers it: ${HOW_TO_COVER}`
    }
    if (this.#globalGuardsReach(kind)) recordCovered(method, contextTypeOf(kind))
    return undefined
  }

  /** Where they may not, every message shows whether a JwtGuard judged it. */
  #globalGuardsReach(kind: HandlerKind): boolean {
    const leavesTrace = (guard: CanActivate) => Reflect.get(guard, 'canActivate') === judging
    // Most guards show that they judged a request. A test's own does not, nor what extends ours and asks it sometimes.
    if (this.config.getGlobalGuards().some(leavesTrace)) return false
    if (!isJwtGuard(this.jwtGuard)) return true
    // Those of a hybrid application reach its microservices only if it says so, those of Nest 11 no gateway.
    return kind !== 'ws' && (kind !== 'rpc' || !this.#hasHttp())
  }

  #isGlobal(): boolean {
    const isOurs = (guard: unknown) => guard === this.jwtGuard || isJwtGuard(guard)
    return (
      this.config.getGlobalGuards().some(isOurs) ||
      this.config
        .getGlobalRequestGuards()
        .some(({ metatype, inject, isAlias }) => isOurs(isAlias ? inject?.[0] : metatype))
    )
  }

  #guardsRunForFields(): boolean {
    return [...this.modules.values()].every(({ providers }) => {
      const graphql = providers.get('GqlModuleOptions')?.instance as GraphqlOptions | undefined
      return graphql === undefined || graphql.fieldResolverEnhancers?.includes('guards') === true
    })
  }

  #hasHttp(): boolean {
    return Boolean(this.http.httpAdapter)
  }

  #answersRequests(): boolean {
    let answers = this.#hasHttp()
    this.modules
      .getRpcTargetRegistry()
      .subscribe(() => (answers = true))
      .unsubscribe()
    return answers
  }
}

type HandlerKind = 'http' | 'rpc' | 'ws' | 'graphql' | 'graphql field'

function contextTypeOf(kind: HandlerKind): string {
  return kind === 'graphql field' ? 'graphql' : kind
}

/** Whom Nest calls a method for, by the metadata it goes by itself. Undefined when it calls it for no request. */
function handlerKind(
  type: Type<unknown>,
  method: Method,
  isController: boolean,
): HandlerKind | undefined {
  const has = (key: string, target: object = method) => Reflect.hasMetadata(key, target)
  if (isController) {
    if (has('path')) return 'http'
    return has('microservices:handler_type') ? 'rpc' : undefined
  }
  if (has('websockets:message_mapping') && isGateway(type)) return 'ws'
  if (has('graphql:resolve_property') || has('graphql:resolve_reference')) return 'graphql field'
  return has('graphql:resolver_type') ? 'graphql' : undefined
}

function isGateway(type: Type<unknown>): boolean {
  return Reflect.hasMetadata('websockets:is_gateway', type)
}

function refuseContradiction(where: string, marks: Marks): void {
  if (!marks.isPublic || isPlainlyPublic(marks)) return
  throw new ConfigError(where, '@Public() contradicts the decorators beside it')
}

interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly string[]
}

/** True when the instance has a method of its own that nobody can tell for the decorated one. */
function isHidden(type: Type<unknown>, name: string, method: Method, instance: unknown): boolean {
  if (instance === null || typeof instance !== 'object' || !Object.hasOwn(instance, name))
    return false
  const own = (instance as { readonly [name: string]: unknown })[name]
  if (typeof own !== 'function') return false
  const losesGuard = hasOwnGuard(method as Type<unknown>) && !hasOwnGuard(type, own)
  return losesGuard || !keeps(handlerMarks(type, own), marksOf(method))
}

function isReference(method: Method): boolean {
  return Reflect.hasMetadata('graphql:resolve_reference', method)
}

const judging: unknown = Reflect.get(JwtGuard.prototype, 'canActivate')

const NO_FIELD_GUARDS =
  "guards do not run for fields: set fieldResolverEnhancers: ['guards'] of GraphQLModule"
const HIDDEN =
  'the instance has another method of this name: decorators of the class do not reach it'
const WRAPPED = 'a class decorator put another class in its place: put our decorators below it'
const ANSWERS_NOBODY = 'Nest calls it for no request, so no JwtGuard acts on its decorators'
const REPLACED = 'it replaces a method with decorators of ours: put them above what replaces it'
const NOT_PUBLIC = '@Public() does not count here, as a method asks for more: put it on methods'
