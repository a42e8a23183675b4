import * as fc from 'fast-check';
import { ConfigError, loadConfig } from './config';
import { secretSettings, settings } from './settings';

const marker = 'swordfish';

// The system lets no NUL into an environment.
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
const long = fc.constantFrom('a/', '../', '9', '%', 'a=b,').map((part) => part.repeat(1500));
const nearlyRight = fc.constantFrom(
  ...'0 -1 1e999 0x10 NaN true TRUE null / /dev/null/x . http:// http://[ //host'.split(' '),
  ...'https://user:pass@host:1/x redis://%zz rediss://:p@[::1]:6379/2 xoxb-1 xapp-1'.split(' '),
  ...'a=%ff a=%c3%28 %ff=a a=b=c,d=% __proto__=a constructor=1 a=, ,,, 30m -1h 1.5.5s'.split(' '),
  ...'development none gzip if-token-present parentbased_traceidratio'.split(' '),
);
const value = fc.oneof(nearlyRight, anyText, long);
const name = fc.oneof(
  fc.constantFrom(...Object.keys(settings.shape)),
  fc.constantFrom('__proto__', 'toString', 'PATH', ''),
);
const environment = fc.dictionary(name, value, { maxKeys: 12 });

/** What is wrong; undefined where nothing is. Anything thrown but the one error is thrown on. */
function errorOf(given: Record<string, string>): ConfigError | undefined {
  try {
    loadConfig(given);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
}

describe('whatever the environment holds', () => {
  it('is read, or there is one error that names every setting that is wrong', () => {
    fc.assert(
      fc.property(environment, (given) => {
        const error = errorOf(given);
        if (error === undefined) return;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const problem of error.problems) expect(problem).toMatch(/^[A-Z_]{4,} \S/);
        expect(error.message).not.toMatch(/undefined|Error:/);
      }),
      { numRuns: 300 },
    );
  });

  it('no secret is repeated', () => {
    const spoiled = fc.tuple(value, value).map(([before, after]) => `${before}${marker}${after}`);
    const secret = fc.dictionary(fc.constantFrom(...secretSettings), spoiled, { minKeys: 1 });
    fc.assert(
      fc.property(secret, environment, (secrets, others) => {
        expect(errorOf({ ...others, ...secrets })?.message ?? '').not.toContain(marker);
      }),
      { numRuns: 300 },
    );
  });
});
