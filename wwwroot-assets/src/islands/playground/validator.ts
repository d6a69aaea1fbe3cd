/** What does not fit the schema. */
export interface Fault {
  /** JSON Pointer into the value; empty for the whole. */
  pointer: string;
  /** The schema's keyword: `required`, `type`, … */
  keyword: string;
  message: string;
  parameters: Record<string, unknown>;
}

export type Question = { kind: 'document'; document: unknown } | { kind: 'check'; id: number; pointer: string; value: unknown };

export type Verdict = { id: number; faults: Fault[] } | { id: number; failure: string };

/** Asks the worker that checks values; it starts with the first question. */
export class Validator {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, { resolve: (faults: Fault[]) => void; reject: (reason: Error) => void }>();
  private last = 0;

  constructor(private readonly address: string, private readonly document: unknown) {}

  /** @param pointer Where the schema stands in the document, as `#/…`. */
  check(pointer: string, value: unknown): Promise<Fault[]> {
    const worker = (this.worker ??= this.start());
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'check', id, pointer, value } satisfies Question);
    });
  }

  dispose(): void {
    this.worker?.terminate();
    this.fail(new Error('The page was left.'));
  }

  private start(): Worker {
    const worker = new Worker(this.address);
    worker.addEventListener('message', (event: MessageEvent<Verdict>) => {
      const verdict = event.data;
      const waiting = this.waiting.get(verdict.id);
      this.waiting.delete(verdict.id);
      if ('faults' in verdict) waiting?.resolve(verdict.faults);
      else waiting?.reject(new Error(verdict.failure));
    });
    worker.addEventListener('error', event => this.fail(new Error(event.message || 'The validator could not be loaded.')));
    worker.postMessage({ kind: 'document', document: this.document } satisfies Question);
    return worker;
  }

  private fail(reason: Error): void {
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }
}
