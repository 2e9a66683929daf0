// An explanation for people.
import type { Explanation, ExplanationReason, ExplanationStep, HandlerExplanation } from '../model/explanation.js';
import { momentText } from './moment-text.js';

/** Some lines: what holds for the object, each handler with why or why not, and what happened. Ends with a line break. Times are UTC. */
export function explanationText({ object, operator, at, reasons, handlers, story, around, forgotten }: Explanation): string {
  const { kind, namespace, name, uid, resourceVersion } = object;
  const facts = [uid === undefined ? undefined : `uid ${uid}`, resourceVersion === undefined ? undefined : `version ${resourceVersion}`];
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  const lines = [
    `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}${known === '' ? '' : ` (${known})`}`,
    `asked of the operator${operator === null ? '' : ` '${operator}'`} at ${momentText(at)} UTC`,
    '',
    ...reasonLines(reasons, 'Nothing is the matter with the object itself.'),
    ...handlers.flatMap(handlerLines),
    ...stepLines('What happened to it', story, forgotten),
    ...stepLines('Around it', around, 0),
  ];
  return `${lines.join('\n')}\n`;
}

function reasonLines(reasons: readonly ExplanationReason[], otherwise: string): readonly string[] {
  return reasons.length === 0 ? [otherwise] : reasons.map(({ text, code }) => `${text} [${code}]`);
}

function handlerLines({ id, declaredFor, place, reasons }: HandlerExplanation): readonly string[] {
  const what = [...declaredFor, ...(place === undefined ? [] : [place])].join(', ');
  const lines = reasonLines(reasons, 'It had no reason to run yet.').map((line) => `  ${line}`);
  return ['', `Handler '${id}'${what === '' ? '' : ` (${what})`}`, ...lines];
}

function stepLines(title: string, steps: readonly ExplanationStep[], forgotten: number): readonly string[] {
  if (steps.length === 0) return [];
  const before = forgotten === 0 ? [] : [`  (${String(forgotten)} earlier facts are not remembered)`];
  return ['', `${title}:`, ...before, ...steps.map(({ at, text }) => `  ${momentText(at)}  ${text}`)];
}
