import { parseArgs } from 'node:util';
import { exportFeedback } from '../src/feedback/export-feedback';

// `npm run --silent eval:export -- FEEDBACK_FILE > questions.json`; with --review the bad answers.
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { review: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [path] = positionals;
  if (path === undefined) throw new Error('Name the file: npm run --silent eval:export -- FEEDBACK_FILE');
  const { json, note } = await exportFeedback(path, values.review ? 'review' : 'questions');
  process.stdout.write(json);
  process.stderr.write(`${note}\n`);
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
});
