// What Scalar's markup lacks for screen readers, put right as it appears. Each mend names the rule that it is for; one that
// a later version of Scalar makes superfluous does nothing and can go.

interface Mend {
  selector: string;
  apply: (element: HTMLElement) => void;
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param copy What buttons that copy are called. */
function mends(copy: string): Mend[] {
  return [
    // button-name: it shows an icon only.
    { selector: 'button.group\\/copy-button:not([aria-label])', apply: element => set(element, 'aria-label', copy) },
    // aria-input-field-name, aria-required-attr: a combobox says what it is for and whether its list is open.
    {
      selector: '.code-input-lite__editor[role=combobox]',
      apply: element => {
        if (!element.hasAttribute('aria-label')) set(element, 'aria-label', element.dataset['placeholder'] || 'Value');
        if (!element.hasAttribute('aria-expanded')) set(element, 'aria-expanded', 'false');
        if (!element.hasAttribute('aria-controls')) set(element, 'aria-controls', (element.id ||= 'reference-field'));
      },
    },
    // aria-prohibited-attr, presentation-role-conflict: a button that can be focused is a button.
    { selector: 'button[role=none]', apply: element => element.removeAttribute('role') },
    // aria-input-field-name, scrollable-region-focusable: the answer in Scalar's client.
    {
      selector: '.cm-content[contenteditable=false]:not([aria-label])',
      apply: element => {
        set(element, 'aria-label', 'JSON');
        set(element, 'tabindex', '0');
      },
    },
  ];
}

/** Mends what is there and what comes. @returns What ends it. */
export function mendMarkup(root: HTMLElement, copy: string): () => void {
  const all = mends(copy);
  const mend = (): void => {
    for (const { selector, apply } of all) root.querySelectorAll<HTMLElement>(selector).forEach(apply);
  };
  const observer = new MutationObserver(mend);
  observer.observe(root, { subtree: true, childList: true });
  mend();
  return () => observer.disconnect();
}
