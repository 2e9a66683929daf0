import type * as Cel from '@marcbachmann/cel-js';
import { registerFormats } from './format-functions.js';
import type { CelEnvironment } from './environment.js';
import { registerLists } from './list-functions.js';
import { registerNetworks } from './network-functions.js';
import { registerQuantities } from './quantity-functions.js';
import { registerSemvers } from './semver-functions.js';
import { registerTexts } from './text-functions.js';
import { registerOneVariable } from './one-variable.js';
import { registerOptionals } from './optional-functions.js';
import { registerTwoVariables } from './two-variables.js';
import { registerUrls } from './url-functions.js';

/** What Kubernetes adds to CEL. */
export function registerFunctions(environment: CelEnvironment, optional: typeof Cel.Optional): CelEnvironment {
  registerTexts(environment);
  registerLists(environment);
  registerUrls(environment);
  registerQuantities(environment);
  registerNetworks(environment);
  registerFormats(environment, optional);
  registerSemvers(environment);
  registerTwoVariables(environment);
  registerOneVariable(environment, optional);
  registerOptionals(environment, optional);
  return environment;
}
