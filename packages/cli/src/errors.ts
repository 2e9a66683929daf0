import { KopfError } from '@kopfts/core';
import type { KopfErrorOptions } from '@kopfts/core';

/** The errors of the command line. Each has a paragraph in docs/errors.md. */

/** `KOPF_CONFIG_MISSING`: there is no configuration where it is looked for. */
export class ConfigMissingError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_CONFIG_MISSING', message, {
      remedy: 'Write a kopf.config.ts, name one with --config, or give the files with your handlers.',
      ...options,
    });
  }
}

/** `KOPF_CONFIG_BROKEN`: the configuration was found, but cannot be loaded. */
export class ConfigBrokenError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_CONFIG_BROKEN', message, { remedy: 'Correct it and start again.', ...options });
  }
}

/** `KOPF_HANDLER_MODULE`: a module with handlers is missing, throws at import, or exports no registry. */
export class HandlerModuleError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_HANDLER_MODULE', message, { remedy: 'Correct it and start again.', ...options });
  }
}

/** `KOPF_PACKAGE_MISSING`: a package that this command needs is not installed. */
export class PackageMissingError extends KopfError {
  constructor(name: string, what: string, options: KopfErrorOptions = {}) {
    super('KOPF_PACKAGE_MISSING', `${what} needs the package ${name}, which is not installed.`, {
      remedy: `npm install ${name}`,
      ...options,
      context: { package: name },
    });
  }
}

/** `KOPF_USAGE`: the command line cannot be understood; the exit code is 2. */
export class UsageError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_USAGE', message, { remedy: 'See kopf --help.', ...options });
  }
}

/** `KOPF_LIVENESS_UNAVAILABLE`: the liveness endpoint cannot listen at its address; the operator ends (spec PR-08). */
export class LivenessUnavailableError extends KopfError {
  constructor(address: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_LIVENESS_UNAVAILABLE', `The liveness endpoint cannot listen at ${address}: ${why}`, {
      remedy: 'Give another port or host by --liveness, or to liveness().',
      ...options,
      context: { address, ...options.context },
    });
  }
}

/** `KOPF_BUILD`: the operator cannot be put into one file, or the file cannot be written. */
export class BuildError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_BUILD', message, { remedy: 'Correct it and build again.', ...options });
  }
}

/** `KOPF_NEW_PLUGIN`: the folder for a new plugin is taken, or cannot be written. */
export class NewPluginError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_NEW_PLUGIN', message, { remedy: 'Name another one by --dir.', ...options });
  }
}

/** `KOPF_EXPLAIN_UNAVAILABLE`: explanations cannot be given at their address; the operator ends. */
export class ExplainUnavailableError extends KopfError {
  constructor(address: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_EXPLAIN_UNAVAILABLE', `Explanations cannot be given at ${address}: ${why}`, {
      remedy: 'Give another address by --explanations, or to explanations().',
      ...options,
      context: { address, ...options.context },
    });
  }
}

/** `KOPF_EXPLAIN_UNANSWERED`: no operator answered why. */
export class ExplainUnansweredError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_EXPLAIN_UNANSWERED', message, {
      remedy: 'Is it started with --explanations, or by kopf dev? Name another place by --endpoint or --pod.',
      ...options,
    });
  }
}

/** `KOPF_MANIFEST`: a file with objects for the embedded server cannot be read or is refused by it. */
export class ManifestError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_MANIFEST', message, { remedy: 'Correct the file.', ...options });
  }
}

/** `KOPF_OBJECT_MISSING`: there is no such object in the cluster. */
export class ObjectMissingError extends KopfError {
  constructor(name: string, options: KopfErrorOptions = {}) {
    super('KOPF_OBJECT_MISSING', `There is no object ${name} in the cluster.`, {
      remedy: 'Name it by KIND/NAMESPACE/NAME, or by KIND/NAME if it has no namespace.',
      ...options,
      context: { object: name },
    });
  }
}

/** `KOPF_STORE_READ_ONLY`: tools can only look into this store. */
export class StoreReadOnlyError extends KopfError {
  constructor(store: string, what: string, options: KopfErrorOptions = {}) {
    super('KOPF_STORE_READ_ONLY', `The store '${store}' cannot ${what}.`, {
      remedy: 'Move to annotations, to the status or to Redis; clear objects in the other stores.',
      ...options,
      context: { store },
    });
  }
}

/** `KOPF_STATE_WRITE`: the cluster refused a write of what operators remember. */
export class StateWriteError extends KopfError {
  constructor(object: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_STATE_WRITE', `What is remembered of ${object} cannot be written: ${why}.`, {
      remedy: 'See whether a rule or a webhook of the cluster refuses it.',
      ...options,
      context: { object },
    });
  }
}

/** `KOPF_UNHANDLED_REJECTION`: a promise of a handler failed, and nobody waits for it. */
export class UnhandledRejectionError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_UNHANDLED_REJECTION', `A promise failed that nobody waits for: ${message}`, {
      remedy: 'Await it, or catch its error, in the handler that starts it.',
      ...options,
    });
  }
}

/** `KOPF_UNCAUGHT_EXCEPTION`: an error was thrown where nobody could catch it; the operator ends. */
export class UncaughtExceptionError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_UNCAUGHT_EXCEPTION', `An error was thrown where nobody catches it, so the operator ends: ${message}`, {
      remedy: 'Catch it in the callback that throws it.',
      ...options,
    });
  }
}

/** `KOPF_UNFINISHED`: the command waits for what can never come; without this it would end in silence, as if all was well. */
export class UnfinishedCommandError extends KopfError {
  constructor(options: KopfErrorOptions = {}) {
    super('KOPF_UNFINISHED', 'The command was not done when nothing was left to wait for: a promise that it awaits can never settle.', {
      remedy: 'Look for an await at the top level of the configuration, of handlers, or of a plugin.',
      ...options,
    });
  }
}

/** `KOPF_UNEXPECTED`: an error that is none of ours ended the command. */
export const UNEXPECTED = 'KOPF_UNEXPECTED';
