import { InputBudget } from './input-budget';
import { settingsOf } from './ollama-options';

function budget(numCtx = 8192, numPredict = 1024): InputBudget {
  return new InputBudget(
    settingsOf({
      url: 'http://localhost:11434',
      model: 'm',
      numCtx,
      numPredict,
      keepAlive: '30m',
      temperature: 0.2,
      maxInFlight: 1,
      maxQueue: 1,
      queueTimeoutMs: 1,
      firstTokenTimeoutMs: 1,
      idleTimeoutMs: 1,
      totalTimeoutMs: 1,
    }),
  );
}

const spareTokens = 8192 - 1024 - 819.2;
const perToken = (measured: InputBudget) => measured.characters() / spareTokens;

it('starts with three characters per token', () => {
  expect(budget().characters()).toBe(Math.floor(spareTokens * 3));
});

it('goes towards what was measured: quickly down, slowly up', () => {
  const up = budget();
  up.learn(4000, 1000);
  expect(perToken(up)).toBeCloseTo(3.1, 2);
  const down = budget();
  down.learn(2000, 1000);
  expect(perToken(down)).toBeCloseTo(2.5, 2);
});

it('comes close to the truth after a while', () => {
  const measured = budget();
  for (let asked = 0; asked < 50; asked += 1) measured.learn(4200, 1000);
  expect(perToken(measured)).toBeCloseTo(4.2, 1);
});

it('stays within its bounds', () => {
  const many = budget();
  for (let asked = 0; asked < 100; asked += 1) many.learn(11_000, 1000);
  expect(perToken(many)).toBeCloseTo(5, 2);
  const few = budget();
  for (let asked = 0; asked < 100; asked += 1) few.learn(10, 1000);
  expect(perToken(few)).toBeCloseTo(0.5, 2);
});

it('learns nothing from short prompts, missing counts, or counts that leave the cache out', () => {
  const measured = budget();
  measured.learn(50, 99);
  measured.learn(4000, 0);
  measured.learn(40_000, 200);
  expect(perToken(measured)).toBeCloseTo(3, 2);
});

it('takes the numbers of a refusal at once', () => {
  const measured = budget();
  measured.overflowed(42_000, 42_000, 8192);
  expect(perToken(measured)).toBeCloseTo(1, 2);
});

it('never takes a refusal as a reason to allow more', () => {
  const measured = budget();
  measured.overflowed(90_000, 10_000, 32_768);
  expect(measured.characters()).toBe(Math.floor(spareTokens * 3));
});

it('allows less after a refusal without numbers, if the budget was kept', () => {
  const measured = budget();
  measured.overflowed(10_000, 0, 0);
  expect(perToken(measured)).toBeCloseTo(2.4, 2);
  measured.overflowed(1_000_000, 0, 0);
  expect(perToken(measured)).toBeCloseTo(2.4, 2);
});

it('leaves a tenth of the context even when the answer may take all of it', () => {
  expect(budget(1000, 2000).characters()).toBe(300);
});
