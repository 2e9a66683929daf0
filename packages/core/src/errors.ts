/** The errors of the engine. One base, one class per failure that a caller can treat differently, stable codes. */

import { valueText } from './model/value-text.js';
import { withoutSecrets } from './model/without-secrets.js';

const BRAND = Symbol.for('@kopfts/error');
const TEMPORARY = Symbol.for('@kopfts/temporary');
const PERMANENT = Symbol.for('@kopfts/permanent');

export interface KopfErrorOptions {
  readonly cause?: unknown;
  /** What to do about it, in one sentence. */
  readonly remedy?: string;
  /** Typed facts about the failure; never secrets, bodies, or whole objects. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Base of all errors of ours. Recognise it by `isKopfError(e, code)`, never by `instanceof`: two copies of a package happen. */
export class KopfError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: KopfErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = options.remedy;
    this.context = options.context ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a value is an error of ours, and (if given) of this code. */
export function isKopfError(value: unknown, code?: string): value is KopfError {
  return (
    typeof value === 'object' &&
    value !== null &&
    BRAND in value &&
    (code === undefined || (value as { readonly code?: unknown }).code === code)
  );
}

/** `KOPF_INVALID_OPTION`: an option of a handler, a setting or a plugin has an unusable value. */
export class InvalidOptionError extends KopfError {
  constructor(option: string, value: unknown, expected: string, options: KopfErrorOptions = {}) {
    super('KOPF_INVALID_OPTION', `${option} is ${valueText(value)}, but it must be ${expected}.`, {
      remedy: `Change ${option}.`,
      ...options,
      context: { option, ...options.context },
    });
  }
}

/** `KOPF_UNKNOWN_OPTION`: no such option; the nearest known one is named. */
export class UnknownOptionError extends KopfError {
  constructor(where: string, option: string, nearest: string | undefined, options: KopfErrorOptions = {}) {
    super('KOPF_UNKNOWN_OPTION', `${where} has no option '${option}'${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`, {
      remedy: 'Remove or rename the option.',
      ...options,
      context: { where, option, nearest },
    });
  }
}

/** `KOPF_INVALID_SELECTOR`: what was given cannot name a kind (spec S-10..S-14). */
export class InvalidSelectorError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_INVALID_SELECTOR', message, { remedy: "Name one kind, for example 'kopfexamples.v1.kopf.dev'.", ...options });
  }
}

/** `KOPF_DUPLICATE_ID`: one id for two functions; ids are persisted, so they must be unique per kind. */
export class DuplicateIdError extends KopfError {
  constructor(id: string, first: string, second: string, options: KopfErrorOptions = {}) {
    super('KOPF_DUPLICATE_ID', `Two different functions have the handler id '${id}': ${first} and ${second}.`, {
      remedy: 'Give one of them another `id` in its options, or name the functions differently.',
      ...options,
      context: { id, first, second },
    });
  }
}

/** `KOPF_AMBIGUOUS_KIND`: a selector names several kinds; none of them is served (spec S-24). */
export class AmbiguousKindError extends KopfError {
  constructor(selector: string, kinds: readonly string[], options: KopfErrorOptions = {}) {
    super('KOPF_AMBIGUOUS_KIND', `'${selector}' means several kinds: ${kinds.join(', ')}. None of them is served.`, {
      remedy: 'Name the API group, too.',
      ...options,
      context: { selector, kinds },
    });
  }
}

/** `KOPF_KIND_NOT_SERVABLE`: the cluster has the kind, but it cannot be listed, watched or patched (spec S-26, S-27). */
export class KindNotServableError extends KopfError {
  constructor(kind: string, verb: string, options: KopfErrorOptions = {}) {
    super('KOPF_KIND_NOT_SERVABLE', `${kind} cannot be served: the API server offers no '${verb}' for it.`, {
      remedy: 'Take its handlers out, or use event handlers only if patching is what is missing.',
      ...options,
      context: { kind, verb },
    });
  }
}

/** `KOPF_MANY_NAMESPACES`: a kind is served in many namespaces, and may not be watched in all of them at once (design 6.16). */
export class ManyNamespacesError extends KopfError {
  constructor(kind: string, namespaces: number, options: KopfErrorOptions = {}) {
    super('KOPF_MANY_NAMESPACES', `${kind} is watched in each of ${String(namespaces)} namespaces on its own, at most 200 at a time.`, {
      remedy: `Grant list and watch of ${kind} by a ClusterRole and a ClusterRoleBinding: one watch serves all namespaces then.`,
      ...options,
      context: { kind, namespaces, verbs: ['list', 'watch'], grant: 'ClusterRole' },
    });
  }
}

/** `KOPF_INVALID_CONFIG`: the configuration as a whole cannot be used. */
export class InvalidConfigError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_INVALID_CONFIG', message, { remedy: 'Correct kopf.config.ts.', ...options });
  }
}

/** `KOPF_INVALID_CONFIG`, of several mistakes: each as it would be told alone. */
export class MistakesError extends InvalidConfigError {
  readonly mistakes: readonly KopfError[];

  constructor(mistakes: readonly KopfError[], options: KopfErrorOptions = {}) {
    const told = mistakes.map(({ message }, index) => `(${String(index + 1)}) ${message}`).join(' ');
    super(`There are ${String(mistakes.length)} mistakes: ${told}`, {
      remedy: 'Correct all of them.',
      ...options,
      context: { mistakes: mistakes.map(({ code, message, remedy }) => ({ code, message, remedy })) },
    });
    this.mistakes = mistakes;
  }
}

/** `KOPF_PLUGIN_CONFLICT`: two plugins provide what can be provided once. */
export class PluginConflictError extends KopfError {
  constructor(point: string, first: string, second: string, options: KopfErrorOptions = {}) {
    super('KOPF_PLUGIN_CONFLICT', `The plugins '${first}' and '${second}' both provide '${point}'.`, {
      remedy: 'Keep one of them in `plugins`.',
      ...options,
      context: { point, first, second },
    });
  }
}

/** `KOPF_PLUGIN_MISSING`: nothing provides what the operator needs. */
export class PluginMissingError extends KopfError {
  constructor(point: string, example: string, options: KopfErrorOptions = {}) {
    super('KOPF_PLUGIN_MISSING', `No plugin provides '${point}'.`, {
      remedy: `Add one to \`plugins\`, for example ${example}.`,
      ...options,
      context: { point },
    });
  }
}

/** `KOPF_PLUGIN_MISSING`, of a plugin that another one needs. */
export class PluginRequiredError extends KopfError {
  constructor(plugin: string, required: string, nearest: string | undefined, options: KopfErrorOptions = {}) {
    super('KOPF_PLUGIN_MISSING', `The plugin '${plugin}' requires the plugin '${required}', which is not there${orMeant(nearest)}`, {
      remedy: `Add it to \`plugins\`, or leave '${plugin}' out.`,
      ...options,
      context: { plugin, required, nearest },
    });
  }
}

/** `KOPF_PLUGIN_CONFLICT`, of plugins that say so themselves. */
export class PluginExcludedError extends KopfError {
  constructor(plugin: string, other: string, options: KopfErrorOptions = {}) {
    super('KOPF_PLUGIN_CONFLICT', `The plugin '${plugin}' cannot be used together with '${other}'.`, {
      remedy: 'Keep one of them in `plugins`.',
      ...options,
      context: { plugin, other },
    });
  }
}

/** `KOPF_PLUGIN_FAILED`: a plugin threw in set-up, in opening its part, or speaks another version of the interface. */
export class PluginFailedError extends KopfError {
  constructor(plugin: string, message: string, options: KopfErrorOptions = {}) {
    super('KOPF_PLUGIN_FAILED', `The plugin '${plugin}' failed: ${message}`, {
      remedy: 'See the cause; the plugin may need other options or another version.',
      ...options,
      context: { plugin },
    });
  }
}

/** `KOPF_WRITE_REFUSED`: the cluster refuses what is to be stored on an object, and no handler's result is to blame for that. */
export class WriteRefusedError extends KopfError {
  constructor(name: string, message: string, options: KopfErrorOptions = {}) {
    super('KOPF_WRITE_REFUSED', `The API server refuses what we store on ${name}: ${message}`, {
      remedy: 'A rule of the cluster, or the size limit of annotations, stands in the way; the message says which.',
      ...options,
    });
  }
}

/** `KOPF_ACTIVITY_FAILED`: a startup or cleanup handler failed for good; the operator ends (spec AC-02, AC-05, AC-06). */
export class ActivityFailedError extends KopfError {
  constructor(activity: string, handler: string, options: KopfErrorOptions = {}) {
    super('KOPF_ACTIVITY_FAILED', `The ${activity} handler '${handler}' failed: ${errorText(options.cause)}`, {
      remedy: 'See the cause. A TemporaryError, or any other error, asks for another attempt.',
      ...options,
      context: { activity, handler, ...options.context },
    });
  }
}

/** `KOPF_EXIT_TIMEOUT`: the operator did not come to its end in time; what still ran was left behind (spec RU-32). */
export class ExitTimeoutError extends KopfError {
  constructor(limitMs: number, options: KopfErrorOptions = {}) {
    super('KOPF_EXIT_TIMEOUT', `The operator has not ended within ${limitMs / 1000} s; what still runs is left behind.`, {
      remedy: 'End cleanup handlers when their `signal` aborts, or raise `settings.process.ultimateExitingTimeout`.',
      ...options,
      context: { limitMs, ...options.context },
    });
  }
}

/** `KOPF_NOT_SERVING`: the operator was asked something that it knows only while it serves. */
export class NotServingError extends KopfError {
  constructor(what: string, options: KopfErrorOptions = {}) {
    super('KOPF_NOT_SERVING', `${what} works from the end of the startup handlers until the operator begins to stop.`, {
      remedy: 'Ask when `ready` has resolved, and not after `stop()`.',
      ...options,
    });
  }
}

/** `KOPF_NO_HANDLER_SCOPE`: something that works inside of handlers only was used without a handler's argument. */
export class NoHandlerScopeError extends KopfError {
  constructor(what: string, options: KopfErrorOptions = {}) {
    super('KOPF_NO_HANDLER_SCOPE', `${what} was given something that is no argument of a handler.`, {
      remedy: 'Take the whole argument, `async (ctx) => …`, or a copy made by `...`, and pass that.',
      ...options,
      context: { what, ...options.context },
    });
  }
}

/** `KOPF_CHILD_REFUSED`: the schema, a rule or an admission policy refuses a child; the fields are in `context.causes`. */
export class ChildRefusedError extends KopfError {
  constructor(child: string, message: string, causes: readonly unknown[], options: KopfErrorOptions = {}) {
    super('KOPF_CHILD_REFUSED', `The API server refuses ${child}: ${message}`, {
      remedy: 'Correct the fields that are named: the same child will never be accepted.',
      ...options,
      context: { child, causes, ...options.context },
    });
  }
}

/** `KOPF_OWNER_GONE`: a child is not made, because the object that it would belong to does not exist any more. */
export class OwnerGoneError extends KopfError {
  constructor(child: string, owner: string, options: KopfErrorOptions = {}) {
    super('KOPF_OWNER_GONE', `${child} is not made for ${owner}, which does not exist any more.`, {
      remedy: 'There is nothing to do: the handler of an object that is gone ends.',
      ...options,
      context: { child, owner, ...options.context },
    });
  }
}

/** Raised by handlers: try again after `delay` (a number is seconds; default 60; null: at once). Spec E-21. */
export class TemporaryError extends KopfError {
  readonly delay: number | string | null;

  constructor(message?: string, options: KopfErrorOptions & { readonly delay?: number | string | null; readonly code?: string } = {}) {
    super(options.code ?? 'KOPF_TEMPORARY', message ?? '', options);
    this.delay = options.delay === undefined ? 60 : options.delay;
    Object.defineProperty(this, TEMPORARY, { value: true });
  }
}

/** `KOPF_QUARANTINED`: a handler is not called for an object, since the process died while it ran, again and again; posted on the object in any case. */
export class QuarantinedError extends TemporaryError {
  constructor(message: string, options: KopfErrorOptions & { readonly delay?: number | string } = {}) {
    super(message, { remedy: 'Correct the handler, or the object.', ...options, code: 'KOPF_QUARANTINED' });
  }
}

/** Raised by handlers: never try again for this change. Spec E-20. */
export class PermanentError extends KopfError {
  constructor(message?: string, options: KopfErrorOptions & { readonly code?: string } = {}) {
    super(options.code ?? 'KOPF_PERMANENT', message ?? '', options);
    Object.defineProperty(this, PERMANENT, { value: true });
  }
}

/**
 * `KOPF_CHILD_ELSEWHERE`: a child of an object of one namespace is to be in another one, or in none. Whoever may write such an object could else have
 * the operator act where he may not; so it is refused unless the handler says that it is meant, and would be the next time, too.
 */
export class ChildElsewhereError extends PermanentError {
  constructor(child: string, owner: string, options: KopfErrorOptions = {}) {
    super(`${child} is not in the namespace of ${owner}, to which it is to belong.`, {
      remedy:
        'Put it into that namespace. If it is meant, and no field of the object decides it, say so by `apply(ctx, child, { elsewhere: true })`.',
      ...options,
      code: 'KOPF_CHILD_ELSEWHERE',
      context: { child, owner, ...options.context },
    });
  }
}

/**
 * `KOPF_CHILD_OF_OTHERS`: a child refers to other owners than the handled object. Where its metadata come from a field of that object, whoever writes the
 * field could put the child under objects of others; so it is refused unless the handler says that it is meant.
 */
export class ChildOfOthersError extends PermanentError {
  constructor(child: string, owner: string, options: KopfErrorOptions = {}) {
    super(`${child} refers to other owners than ${owner}, whose child it is.`, {
      remedy:
        'Leave `metadata.ownerReferences` out. If it is meant, and no field of the object decides it, say so by `apply(ctx, child, { otherOwners: true })`.',
      ...options,
      code: 'KOPF_CHILD_OF_OTHERS',
      context: { child, owner, ...options.context },
    });
  }
}

/** `KOPF_NOT_JSON`: what a handler returned or put into `patch` is no JSON; it would be none the next time, too. */
export class NotJsonError extends PermanentError {
  constructor(path: string, found: string, options: KopfErrorOptions = {}) {
    super(`${path} is ${found}, which is no JSON.`, {
      remedy: 'Use null, booleans, finite numbers, text, lists and plain objects; null deletes, dates go as text.',
      ...options,
      code: 'KOPF_NOT_JSON',
      context: { path, ...options.context },
    });
  }
}

/** `KOPF_TOO_DEEP`: a value is nested so deep that nobody could walk through it; the object is left alone until it is not any more. */
export class TooDeepError extends KopfError {
  constructor(levels: number, options: KopfErrorOptions = {}) {
    super('KOPF_TOO_DEEP', `It is nested more than ${levels} levels deep. It is not handled as long as it is.`, {
      remedy: 'Make it flatter; the schema of its kind can refuse such objects.',
      ...options,
    });
  }
}

/**
 * `KOPF_SUB_HANDLERS_UNFINISHED`: what `execute` rejects with until all sub-handlers are finished; it ends the attempt of their parent, which
 * is called again when they are due (spec E-31, SH-11). Let it pass.
 */
export class SubHandlersUnfinishedError extends TemporaryError {
  /** When the first of them is due, in milliseconds from then. */
  readonly delayMs: number;

  constructor(parent: string, delayMs: number) {
    super(`The handler '${parent}' waits for its sub-handlers.`, { delay: delayMs / 1000, code: 'KOPF_SUB_HANDLERS_UNFINISHED' });
    this.delayMs = delayMs;
  }
}

/** Whether a value is the end of an attempt whose sub-handlers are not finished. */
export function isUnfinishedError(value: unknown): value is SubHandlersUnfinishedError {
  return isKopfError(value, 'KOPF_SUB_HANDLERS_UNFINISHED');
}

/** `KOPF_ASYNC_TRANSFORMATION`: a function in `patch.fns` returned a promise. What it changes later would be lost. */
export class AsyncTransformationError extends PermanentError {
  constructor(handler: string, options: KopfErrorOptions = {}) {
    super(`A function in patch.fns of '${handler}' returned a promise, and nothing can wait for it while a state is written.`, {
      remedy: 'Wait in the handler, keep the outcome in a variable, and only change the body in the function.',
      ...options,
      code: 'KOPF_ASYNC_TRANSFORMATION',
      context: { handler, ...options.context },
    });
  }
}

/** The handler's `timeout` is over (spec E-04, E-22). */
export class HandlerTimeoutError extends PermanentError {
  constructor(message?: string, options: KopfErrorOptions = {}) {
    super(message, { ...options, code: 'KOPF_HANDLER_TIMEOUT' });
  }
}

/** The handler's `retries` are used up (spec E-04, E-22). */
export class HandlerRetriesError extends PermanentError {
  constructor(message?: string, options: KopfErrorOptions = {}) {
    super(message, { ...options, code: 'KOPF_HANDLER_RETRIES' });
  }
}

/** Whether a value is one of the errors that mean "never again". */
export function isPermanentError(value: unknown): value is PermanentError {
  return isKopfError(value) && PERMANENT in value;
}

/** Whether a value asks for another attempt. */
export function isTemporaryError(value: unknown): value is TemporaryError {
  return isKopfError(value) && TEMPORARY in value;
}

/**
 * The text of an error for messages: its own, or its class when that is empty (spec E-33). It goes to logs, facts, annotations, conditions and Kubernetes
 * Events, so what looks like a credential is cut out.
 */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? `${error.name}()` : withoutSecrets(error.message);
  return withoutSecrets(typeof error === 'string' ? error : valueText(error));
}

/** `KOPF_OUTSIDE_OF_HANDLER`: sub-handlers exist only while a handler of changes runs (spec SH-01, R-26). */
export class OutsideOfHandlerError extends KopfError {
  constructor(call: 'register' | 'execute', where: string) {
    super(
      'KOPF_OUTSIDE_OF_HANDLER',
      `${call}() was called ${where}, but sub-handlers can be declared only while a handler of changes runs.`,
      {
        remedy:
          'Call it in a handler of creation, update, deletion, resumption or a field, and before that has ended: await what you start.',
        context: { call, where },
      },
    );
  }
}

/** `KOPF_LIFECYCLE_FAILED`: a lifecycle threw, or returned something else than some of the handlers that it was given (spec L-01). */
export class LifecycleError extends KopfError {
  constructor(lifecycle: string, message: string, options: KopfErrorOptions = {}) {
    super('KOPF_LIFECYCLE_FAILED', `The lifecycle '${lifecycle}' ${message}`, {
      remedy: 'A lifecycle returns some of the handlers that it is given, each at most once, in their order, and at once.',
      ...options,
      context: { lifecycle },
    });
  }
}

/** The end of a sentence about a name that is not there. */
export function orMeant(nearest: string | undefined): string {
  return nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
}

/** `KOPF_BUG`: something that cannot happen. */
export class BugError extends KopfError {
  constructor(message: string) {
    super('KOPF_BUG', message, { remedy: 'This is a bug of ours; please report it.' });
  }
}

/** Reached only if a union grew and a switch did not. */
export function assertNever(value: never): never {
  throw new BugError(`Unexpected ${valueText(value)}.`);
}
