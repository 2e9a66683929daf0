import type { CelEnvironment } from './environment.js';

/** Makes `NAME.FUNCTION(…)` possible: functions of the receiver `TYPE` are called so. */
export function registerNamespace(environment: CelEnvironment, name: string, type: string): void {
  const Namespace = class {
    readonly name = name;
  };
  environment.registerType(type, Namespace).registerConstant(name, type, new Namespace());
}
