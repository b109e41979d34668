/** Says which step of how many runs, and how long each took. */
export class Steps {
  #at = 0;
  readonly #began = Date.now();

  constructor(private readonly count: number) {}

  /** Runs one step under its heading. */
  async step<T>(heading: string, run: () => Promise<T>): Promise<T> {
    this.#at += 1;
    const began = Date.now();
    console.log(`[${this.#at}/${this.count}] ${heading}…`);
    const result = await run();
    console.log(`[${this.#at}/${this.count}] ${heading}: ${seconds(began)}`);
    return result;
  }

  /** Time since the first step, for people. */
  total(): string {
    return seconds(this.#began);
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
