import './blazor';

type Handler = (element: Element) => void;

const handlers: { selector: string; handle: Handler }[] = [];

function visit(root: Element): void {
  for (const { selector, handle } of handlers) {
    if (root.matches(selector)) handle(root);
    root.querySelectorAll(selector).forEach(handle);
  }
}

/**
 * Calls the handler for every element that matches, now and whenever one is added or one of the watched attributes
 * changes, whoever changed it: the server's HTML, enhanced navigation or an interactive component. A handler must
 * leave an element alone that is already as it should be, or it would call itself for ever.
 */
export function whenPresent<T extends Element>(selector: string, handle: (element: T) => void): void {
  handlers.push({ selector, handle: handle as Handler });
  document.querySelectorAll<T>(selector).forEach(handle);
}

const watchedAttributes = ['datetime', 'data-time', 'data-modal'];

export function startPresence(): void {
  new MutationObserver(records => {
    for (const record of records) {
      if (record.type === 'childList') {
        record.addedNodes.forEach(node => {
          if (node instanceof Element) visit(node);
        });
      }
      const owner = record.target instanceof Element ? record.target : record.target.parentElement;
      if (record.type !== 'childList' || owner instanceof HTMLTimeElement) {
        for (const { selector, handle } of handlers) {
          if (owner?.matches(selector)) handle(owner);
        }
      }
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: watchedAttributes,
  });

  // Enhanced navigation reuses elements and resets what is no attribute, such as a radio button's checked state.
  window.Blazor?.addEventListener?.('enhancedload', () => visit(document.documentElement));
}
