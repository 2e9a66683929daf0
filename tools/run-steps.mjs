/**
 * Runs steps in order and adds up what they report. A step is `{ name, run }`; `run` returns `{ passed, failed, skipped }`, where `failed`
 * and `skipped` are lists of lines to show. A step that throws has failed once.
 */

export async function runSteps(steps, wanted = []) {
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`no step ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`);
  const total = { passed: 0, failed: 0 };
  for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = performance.now();
    const result = await attempt(step);
    const failures = [...result.failed, ...(process.env.CI ? result.skipped.map((line) => `skipped under CI: ${line}`) : [])];
    total.passed += result.passed;
    total.failed += failures.length;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${failures.length > 0 ? 'FAILED' : 'ok'}  ${step.name}  ${seconds} s  (${result.passed} passed, ${failures.length} failed)`,
    );
    if (!process.env.CI) for (const line of result.skipped) console.log(`  skipped: ${line}`);
    for (const line of failures) console.log(`  ${line.replaceAll('\n', '\n  ')}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed;
}

async function attempt(step) {
  try {
    const { passed = 0, failed = [], skipped = [] } = await step.run();
    return { passed, failed, skipped };
  } catch (error) {
    return { passed: 0, failed: [error?.stack ?? String(error)], skipped: [] };
  }
}
