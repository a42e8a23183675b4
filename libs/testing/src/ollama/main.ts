import { parseArgs } from 'node:util';
import { ollamaAnswer } from './behaviour';
import { OllamaStandIn } from './ollama-stand-in';

/** A stand-in in a process of its own: prints its address when it listens, ends with its standard input. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      text: { type: 'string', default: 'The disk is full.' },
      chunks: { type: 'string', default: '0' },
      'first-chunk-delay-ms': { type: 'string', default: '0' },
      'chunk-delay-ms': { type: 'string', default: '0' },
      parallel: { type: 'string', default: '100000' },
      model: { type: 'string', default: 'bruno-sre' },
      port: { type: 'string', default: '0' },
      'journal-capacity': { type: 'string', default: '0' },
    },
  });
  const standIn = await OllamaStandIn.start({
    models: [values.model],
    parallel: Number(values.parallel),
    port: Number(values.port),
    journalCapacity: Number(values['journal-capacity']),
  });
  const chunks = Array.from({ length: Number(values.chunks) }, (_, index) => `word${index} `);
  standIn.script(
    ollamaAnswer(chunks.length > 0 ? chunks : values.text, {
      firstChunkDelayMs: Number(values['first-chunk-delay-ms']),
      chunkDelayMs: Number(values['chunk-delay-ms']),
    }),
  );
  process.stdout.write(`${standIn.url}\n`);
  process.stdin.resume().once('end', () => void standIn.stop());
}

void main();
