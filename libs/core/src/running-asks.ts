/** Port: the asks that a shutdown waits for. */
export abstract class RunningAsks {
  /** False from the first sign of the shutdown on: nothing new is begun. */
  abstract readonly accepting: boolean;

  /** Registers one running ask. Call `ended` when its answer has been sent; `controller` is aborted when waiting has lasted too long. */
  abstract begin(controller: AbortController): { readonly ended: () => void };
}
