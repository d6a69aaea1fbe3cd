import type { Host, Island } from './island';
import { open } from './playground/playground';
import type { PlaygroundProps } from './playground/props';

export function mount(element: HTMLElement, props: PlaygroundProps, host: Host): Promise<Island<PlaygroundProps>> {
  return open(element, props, host);
}
