export { examineModel, type ModelFact } from './examination';
export { OllamaModule } from './ollama.module';
export { type OllamaOptions, type OllamaTuning } from './ollama-options';
