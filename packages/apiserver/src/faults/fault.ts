// What can go wrong between a client and the server, and inside the server, as values.

import type { ApiCall } from '../audit/audit-entry.js';
import type { StatusCause } from '../errors.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';

/** Equal to the text, one of the texts, or matched by the expression. */
export type TextMatch = string | readonly string[] | RegExp;

/**
 * Which requests a fault befalls. What is left out matches everything; `''` matches what is empty (`subresource: ''`: the object itself,
 * `name: ''`: a collection, `group: ''`: the core group).
 */
export interface FaultRule {
  /** `get` `list` `watch` `create` `update` `patch` `delete` `deletecollection`, or an HTTP method in lower case for other paths. */
  readonly verb?: TextMatch | undefined;
  /** The plural. */
  readonly resource?: TextMatch | undefined;
  readonly group?: TextMatch | undefined;
  readonly namespace?: TextMatch | undefined;
  readonly name?: TextMatch | undefined;
  readonly subresource?: TextMatch | undefined;
  readonly user?: TextMatch | undefined;
  readonly userAgent?: TextMatch | undefined;
  /** `main`, or the name of a replica. */
  readonly server?: TextMatch | undefined;
  /** The first of the matching requests that it befalls, from 1. Default: 1. */
  readonly nth?: number | undefined;
  /** How many matching requests it befalls, from the `nth` on. Default: 1; `Infinity`: all. */
  readonly times?: number | undefined;
  /** Any other condition; asked last. */
  readonly when?: ((call: ApiCall) => boolean) | undefined;
}

/** A `Status` to answer with; what is left out is what kube-apiserver says with that code. */
export interface FaultStatus {
  /** Of HTTP. */
  readonly code: number;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly causes?: readonly StatusCause[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** What somebody else writes just then. `patch` is a merge patch; `recreate` puts a new object (new uid) in the place of the old one. */
export type ExternalChange =
  | { readonly patch: JsonObject; readonly subresource?: string | undefined }
  /** As a client would: finalizers hold it. */
  | { readonly delete: true }
  /** Finalizers are taken away first. The new one has the old spec, labels and annotations, changed by this merge patch. */
  | { readonly recreate: JsonObject }
  | { readonly request: { readonly method: string; readonly path: string; readonly body?: JsonValue; readonly contentType?: string } };

/** Faults of one request and its answer. */
export type RequestFault =
  /** It reaches the server that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is closed before the server reads anything. */
  | { readonly kind: 'drop' }
  /** The connection is reset; the server does nothing. */
  | { readonly kind: 'rst' }
  /** Nobody answers and nobody hangs up; `committed` carries it out all the same. */
  | { readonly kind: 'halfOpen'; readonly committed?: boolean | undefined }
  /** Something answers in the server's stead; `committed` carries it out all the same. `body` replaces the `Status`. */
  | ({
      readonly kind: 'status';
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly body?: string | undefined;
      readonly committed?: boolean | undefined;
    } & FaultStatus)
  /** The server carries it out, then the connection is reset. */
  | { readonly kind: 'commitThenLose' }
  /** Only that many bytes of the body of the answer arrive. Default of `ending`: `reset`. */
  | { readonly kind: 'truncate'; readonly bytes: number; readonly ending?: 'reset' | 'end' | undefined }
  /** History up to a version is forgotten first. Default: all, of the store; with `replica`, of that view. */
  | { readonly kind: 'compact'; readonly version?: number | undefined; readonly replica?: string | undefined }
  | { readonly kind: 'freezeView'; readonly replica: string }
  | { readonly kind: 'thawView'; readonly replica: string }
  | { readonly kind: 'lagView'; readonly replica: string; readonly revisions: number }
  /** The clock of the server jumps, before the request; negative: backwards. */
  | { readonly kind: 'clockJump'; readonly ms: number }
  /**
   * Somebody else writes just before or just after the request is carried out. `actor` is the user agent; `path` names the object,
   * default: the object of the request. Default of `at`: `before`.
   */
  | {
      readonly kind: 'externalWrite';
      readonly actor: string;
      readonly at?: 'before' | 'after' | undefined;
      readonly path?: string | undefined;
      readonly write: ExternalChange;
    };

/** Faults of a watch stream. Events count from 1; bookmarks are not counted. */
export type StreamFault =
  /** The stream breaks after so many events, or that many bytes into the next one. Default of `ending`: `reset`; `end`: without an error. */
  | {
      readonly kind: 'cut';
      readonly afterEvents: number;
      readonly bytes?: number | undefined;
      readonly ending?: 'reset' | 'end' | undefined;
    }
  /** After so many events comes an `ERROR` event, and the stream ends. `line` replaces the whole line. */
  | ({ readonly kind: 'errorEvent'; readonly afterEvents: number; readonly line?: string | undefined } & FaultStatus)
  /** An event comes again, right away or after a later event. */
  | { readonly kind: 'duplicate'; readonly event: number; readonly after?: number | undefined }
  /** An event, and with it all after it, comes that much later. */
  | { readonly kind: 'delayEvent'; readonly event: number; readonly ms: number }
  /** Events are left out, both ends included. */
  | { readonly kind: 'dropEvents'; readonly from: number; readonly to: number }
  /** After so many events nothing comes any more, and nobody hangs up. */
  | { readonly kind: 'silence'; readonly afterEvents: number }
  /** No bookmarks, the one that ends a streaming list included. */
  | { readonly kind: 'silenceBookmarks' }
  /**
   * What the streams of this rule bring within so many milliseconds is delivered together, stream by stream in an order that the seed
   * draws. Each stream keeps its order. Give `times` as many as there are streams.
   */
  | { readonly kind: 'reorderAcrossStreams'; readonly ms: number };

/** Everything that {@link ServerFaults} can do. */
export type ServerFault = RequestFault | StreamFault;

/** One added rule. */
export interface FaultHandle {
  /** How many requests it has befallen. */
  readonly used: number;
  /** Takes the rule away; streams that it has befallen keep their fault. */
  remove(): void;
}

/** Faults to come, for all front ends of a server. The first rule that is due takes a request. */
export interface ServerFaults {
  /**
   * Several faults of one rule befall the same request. Faults of streams wait for a watch. Throws a RangeError for a replica that does not
   * exist.
   */
  add(rule: FaultRule, fault: ServerFault | readonly ServerFault[]): FaultHandle;
  /** Forgets what did not happen yet. */
  clear(): void;
  /** Rules that still wait for a request. */
  readonly pending: number;
}
