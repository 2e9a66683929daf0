// Where the examples are played: on the in-memory API server, or on a real one. A scenario sees no difference.
import { readFileSync } from 'node:fs';
import type { Fact, JsonObject, ObjectBody } from '@kopfts/core';
import type { NewObject } from '@kopfts/testing';
import { expect, vi } from 'vitest';
import { parse } from 'yaml';

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** A cluster, an operator, and what somebody sees who watches both. */
export interface Stage {
  create(object: NewObject): Promise<void>;
  /** By a merge patch. */
  patch(name: ObjectName, patch: JsonObject): Promise<void>;
  /** Asks for the deletion; does not wait for its end. */
  remove(name: ObjectName): Promise<void>;
  get(name: ObjectName): Promise<ObjectBody | undefined>;
  /** Those of a kind in a namespace. */
  list(kind: Pick<ObjectName, 'apiVersion' | 'kind'>, namespace: string): Promise<readonly ObjectBody[]>;
  /** Kubernetes Events about an object. */
  eventsOf(name: ObjectName): Promise<readonly EventRecord[]>;
  /** Lets time pass until the expectation holds. */
  until(expectation: () => void | Promise<void>): Promise<void>;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
  restartOperator(): Promise<void>;
  /** What was printed by `console.log`. */
  printed(): readonly string[];
  /** Everything the operator said it did. */
  facts(): readonly Fact[];
  close(): Promise<void>;
}

export interface EventRecord {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export type Scenario = (stage: Stage) => Promise<void>;

/** `kopfexamples.kopf.dev`, the kind of the examples. */
export const DEFINITION = readDefinition(new URL('../00-hello/crd.yaml', import.meta.url));

/** Of the file of an example. */
export function readDefinition(file: URL): NewObject & ObjectName {
  return parse(readFileSync(file, 'utf8')) as NewObject & ObjectName;
}

export function kopfExample(name: string): ObjectName {
  return { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } };
}

/** The object that all examples share. */
export function exampleObject(name: string, spec: JsonObject = { duration: '1m', field: 'value', items: ['item1', 'item2'] }): NewObject {
  const { metadata, ...rest } = kopfExample(name);
  return { ...rest, metadata: { ...metadata, labels: { somelabel: 'somevalue' }, annotations: { someannotation: 'somevalue' } }, spec };
}

/** Catches `console.log` until it is given back. */
export function catchPrinted(): { readonly lines: () => readonly string[]; release(): void } {
  const log = vi.spyOn(console, 'log');
  const lines: string[] = [];
  log.mockImplementation((...values: unknown[]) => {
    lines.push(values.join(' '));
  });
  return { lines: () => lines, release: () => log.mockRestore() };
}

/** Plays a scenario and strikes the stage, whatever happens. */
export async function play(stage: Promise<Stage>, scenario: Scenario): Promise<void> {
  const opened = await stage;
  try {
    await scenario(opened);
  } finally {
    await opened.close();
  }
}

/** How often each handler ended how: `succeeded`, `failed`, …; for `expect(…).toEqual`. */
export function endsOf(stage: Stage): Readonly<Record<string, readonly string[]>> {
  const ends: Record<string, string[]> = {};
  for (const fact of stage.facts()) if (fact.kind === 'handler-ended') (ends[fact.handler] ??= []).push(fact.result);
  return ends;
}

/** Waits until the operator has noted that a state of the object with this text is handled: what it prints and writes before may be seen earlier. */
export async function expectHandled(stage: Stage, name: ObjectName, text: string): Promise<void> {
  await stage.until(async () => {
    const { annotations = {} } = (await stage.get(name))?.metadata ?? {};
    const notes = Object.entries(annotations).filter(([key]) => key.endsWith('/last-handled-configuration'));
    expect(notes.map(([, essence]) => essence)).toEqual([expect.stringContaining(text)]);
  });
}

/** Waits until the object is no more. */
export async function expectGone(stage: Stage, name: ObjectName): Promise<void> {
  await stage.until(async () => expect(await stage.get(name)).toBeUndefined());
}
