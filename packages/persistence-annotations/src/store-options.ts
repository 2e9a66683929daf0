import { fieldPath } from '@kopfts/core';
import type { FieldPath, FieldSpec } from '@kopfts/core';
import { invalidOption, unknownOption } from './errors.js';

/** What a plugin of this package keeps: each can be somewhere else. */
export type StoreRole = 'progress' | 'diffBase';

/** Options that both plugins have. */
export interface CommonOptions {
  /** What is kept here; another plugin has to provide the rest. Default: `['progress', 'diffBase']`. */
  readonly keeps?: readonly StoreRole[] | undefined;
  /** Fields that never count as a change of an object, such as `'spec.replicas'` (spec ST-40). Default: none. */
  readonly ignoredFields?: readonly FieldSpec[] | undefined;
}

const ROLES: readonly StoreRole[] = ['progress', 'diffBase'];

/** The options of one plugin, checked where they are given: a wrong one is reported at the line of the configuration. */
export class CheckedOptions<Options extends CommonOptions> {
  readonly #plugin: string;
  readonly #options: Options;

  /** @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`. */
  constructor(plugin: string, options: Options, known: readonly (keyof Options & string)[]) {
    this.#plugin = plugin;
    this.#options = options;
    for (const option of Object.keys(options))
      if (!(known as readonly string[]).includes(option)) throw unknownOption(plugin, option, known);
  }

  /** @throws InvalidOptionError `KOPF_INVALID_OPTION`, always. */
  refuse(option: keyof Options & string, expected: string): never {
    throw invalidOption(this.#nameOf(option), this.#options[option], expected);
  }

  flag(option: keyof Options & string): void {
    const value: unknown = this.#options[option];
    if (value !== undefined && typeof value !== 'boolean') this.refuse(option, 'true or false');
  }

  text(option: keyof Options & string, { matching, expected }: { readonly matching: RegExp; readonly expected: string }): void {
    const value: unknown = this.#options[option];
    if (value !== undefined && !(typeof value === 'string' && matching.test(value))) this.refuse(option, expected);
  }

  roles(): readonly StoreRole[] {
    const given: unknown = this.#options.keeps;
    if (given === undefined) return ROLES;
    if (!Array.isArray(given) || given.length === 0 || !given.every((role) => (ROLES as unknown[]).includes(role)))
      this.refuse('keeps', "a list of 'progress', 'diffBase', or both");
    return given as readonly StoreRole[];
  }

  ignoredFields(): readonly FieldPath[] {
    const given: unknown = this.#options.ignoredFields;
    if (given === undefined) return [];
    if (!Array.isArray(given)) this.refuse('ignoredFields', "a list of fields such as 'spec.replicas'");
    return (given as readonly FieldSpec[]).map((field) => fieldPath(field, this.#nameOf('ignoredFields')));
  }

  /** A field under `status`, in which `{name}` stands for a part that may have dots itself (spec ST-25). */
  statusField(option: keyof Options & string, { template, name }: { readonly template: string; readonly name: string }): FieldPath {
    const given: unknown = this.#options[option];
    const text = given ?? template;
    const path = fieldPath(typeof text === 'string' ? text.replaceAll('{name}', name) : (text as FieldSpec), this.#nameOf(option));
    if (path.length < 2 || path[0] !== 'status' || path.some((key) => key === ''))
      this.refuse(option, "a field under the status, such as 'status.{name}.progress'");
    return path;
  }

  #nameOf(option: string): string {
    return `${this.#plugin}({ ${option} })`;
  }
}
