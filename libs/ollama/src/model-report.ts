import { z } from 'zod';
import { includesModel } from './server-report';

/** What the server tells of a model that it has; what it does not tell is undefined. */
export interface ShownModel {
  /** Such as `4.0B`. */
  readonly parameters: string | undefined;
  /** Such as `Q4_K_M`. */
  readonly quantization: string | undefined;
  /** The longest context it was trained on. */
  readonly trainedTokens: number | undefined;
  /** False for models that only embed. */
  readonly chats: boolean | undefined;
}

/** A model in the server's memory. */
export interface LoadedModel {
  /** The context that it was loaded with. */
  readonly contextTokens: number | undefined;
  readonly bytes: number | undefined;
  readonly graphicsBytes: number | undefined;
}

const word = z.string().min(1).optional().catch(undefined);
const count = z.int().nonnegative().optional().catch(undefined);

const shownSchema = z.object({
  details: z
    .object({ parameter_size: word, quantization_level: word, context_length: count })
    .catch({ parameter_size: undefined, quantization_level: undefined, context_length: undefined }),
  model_info: z.record(z.string(), z.unknown()).catch({}),
  capabilities: z.array(z.string()).optional().catch(undefined),
});

const loadedSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: count, size: count, size_vram: count })),
});

export function shownModelOf(answer: unknown): ShownModel {
  const parsed = shownSchema.safeParse(answer).data;
  const info = Object.entries(parsed?.model_info ?? {});
  const [, trained] = info.find(([name]) => name.endsWith('.context_length')) ?? [];
  return {
    parameters: parsed?.details.parameter_size,
    quantization: parsed?.details.quantization_level,
    trainedTokens: count.parse(trained) ?? parsed?.details.context_length,
    chats: parsed?.capabilities?.includes('completion'),
  };
}

/** Undefined when the model is not loaded, or the server does not tell. */
export function loadedModelOf(answer: unknown, model: string): LoadedModel | undefined {
  const found = loadedSchema.safeParse(answer).data?.models.find(({ name }) => includesModel([name], model));
  return found && { contextTokens: found.context_length, bytes: found.size, graphicsBytes: found.size_vram };
}
