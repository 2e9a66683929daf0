// What handlers use to post Kubernetes Events.
import { InvalidOptionError, NoHandlerScopeError } from '../errors.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { EventSubject } from '../model/kubernetes-event.js';
import type { LogLevel } from '../config/settings.js';
import { scopeOf } from './handler-scope.js';
import { subjectOf } from './post-events.js';

/** An object to post Events about, as much of it as is at hand; lists of them may be nested, empty places are skipped. */
export type EventTarget =
  | {
      readonly apiVersion?: string | undefined;
      readonly kind?: string | undefined;
      readonly metadata?:
        { readonly name?: string | undefined; readonly namespace?: string | undefined; readonly uid?: string | undefined } | undefined;
    }
  | Iterable<EventTarget>
  | null
  | undefined;

export interface PostOptions {
  /** Which objects; default: the handled one. */
  readonly about?: EventTarget;
  /** Waits before further attempts; default `settings.posting.defaultBackoffs`. A single one means one repetition, an empty list none. */
  readonly backoffs?: Duration | readonly Duration[] | undefined;
}

/** Kubernetes Events about the handled object, or others: posted in the background, counted when repeated, never failing a handler. */
export interface Events {
  /** Of any type; posted at every level. */
  event(type: string, reason: string, options?: PostOptions & { readonly message?: string }): void;
  /** Type `Normal`, from level `info`. */
  info(reason: string, message?: string, options?: PostOptions): void;
  /** Type `Warning`, from level `warn`. */
  warn(reason: string, message?: string, options?: PostOptions): void;
  /** Type `Error`, from level `error`. Reason: the name of the error; message: yours and that of the error. */
  exception(error: unknown, options?: PostOptions & { readonly reason?: string; readonly message?: string }): void;
}

/**
 * The Kubernetes Events of a handler (parity spec section 22).
 *
 * @param args the argument of a handler of objects, whole.
 * @throws NoHandlerScopeError `KOPF_NO_HANDLER_SCOPE` if it is anything else.
 * @example kopf.on.create('KopfExample', (ctx) => { events(ctx).info('Created', 'All is well.'); });
 */
export function events(args: object): Events {
  const { handling } = scopeOf(args, 'events()');
  if (handling === undefined) throw new NoHandlerScopeError('events()');
  const post = (what: Said, options: PostOptions): void => {
    const handled = subjectOf(handling.object);
    try {
      const retryDelaysMs = delaysOf(options.backoffs);
      const subjects = 'about' in options ? subjectsOf(options.about) : [handled];
      for (const about of subjects) handling.poster.post({ about, ...what, retryDelaysMs });
    } catch (error) {
      // An Event is not worth a failure of the handler.
      handling.poster.lose(handled, what.reason, error);
    }
  };
  return {
    event: (type, reason, { message = '', ...options } = {}) => post({ type, reason, message, level: undefined }, options),
    info: (reason, message = '', options = {}) => post({ type: 'Normal', reason, message, level: 'info' }, options),
    warn: (reason, message = '', options = {}) => post({ type: 'Warning', reason, message, level: 'warn' }, options),
    exception(error, { reason, message, ...options } = {}) {
      const { name, text } = describe(error);
      const said = [message, text].filter((part) => part !== undefined && part !== '').join(' ');
      post({ type: 'Error', reason: reason ?? name, message: said, level: 'error' }, options);
    },
  };
}

interface Said {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly level: LogLevel | undefined;
}

function describe(error: unknown): { readonly name: string; readonly text: string } {
  return error instanceof Error ? { name: error.name, text: error.message } : { name: 'Error', text: String(error) };
}

function delaysOf(backoffs: PostOptions['backoffs']): readonly number[] | undefined {
  if (backoffs === undefined) return undefined;
  const list = Array.isArray(backoffs) ? (backoffs as readonly Duration[]) : [backoffs as Duration];
  return list.map((delay) => durationMs(delay, 'backoffs'));
}

function subjectsOf(target: EventTarget): readonly EventSubject[] {
  if (target === null || target === undefined) return [];
  if (typeof target === 'object' && Symbol.iterator in target) return [...target].flatMap(subjectsOf);
  if (typeof target !== 'object' || !target.metadata?.name)
    throw new InvalidOptionError('about', target, 'an object with metadata.name, or a list of such');
  const { apiVersion, kind } = target;
  const { name, namespace, uid } = target.metadata;
  // Items of the lists of client libraries do not say what they are.
  return [
    {
      apiVersion: apiVersion ?? '',
      kind: kind ?? '',
      name,
      namespace: namespace || undefined,
      uid: uid || undefined,
    },
  ];
}
