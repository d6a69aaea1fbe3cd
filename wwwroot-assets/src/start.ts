import './blazor';

const firstPausesMs = [0, 250, 500, 1_000, 2_000];
const longestPauseMs = 5_000;

/** Soon at first, for a network that blinked; then patiently, for a server that starts again. It never gives up. */
export function pauseBefore(attempt: number): number {
  const pause = firstPausesMs[attempt] ?? longestPauseMs;
  // Everybody lost the same server at the same moment: they should not all come back in the same one.
  return pause * (0.8 + 0.4 * Math.random());
}

export function startBlazor(): void {
  void window.Blazor?.start?.({
    circuit: { reconnectionOptions: { maxRetries: 100_000, retryIntervalMilliseconds: pauseBefore } },
  });
}
