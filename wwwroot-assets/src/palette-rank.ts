/** As /palette.json has it; see PaletteItem.cs. */
export interface PaletteItem {
  id: string;
  group: 'pages' | 'commands' | 'keys' | 'webhooks' | 'endpoints';
  title: string;
  detail?: string;
  words?: string;
  mark?: string;
  href?: string;
  press?: string;
}

export interface RankedGroup {
  name: PaletteItem['group'] | 'recent';
  items: PaletteItem[];
}

const order: PaletteItem['group'][] = ['pages', 'commands', 'keys', 'webhooks', 'endpoints'];
const mostPerGroup = 7;
const mostRecent = 5;
/** What a list without a query begins with: keys and endpoints are looked for by name, not read through. */
const mostUnasked: Record<PaletteItem['group'], number> = { pages: 30, commands: 12, keys: 3, webhooks: 3, endpoints: 0 };
const recentBonus = 18;

function isWordStart(text: string, index: number): boolean {
  return index === 0 || !/[\p{L}\p{N}]/u.test(text[index - 1]!);
}

/** Letters in order with gaps, the first at a word's beginning: "ak" finds "API keys". Zero when they are not all there. */
function scattered(term: string, text: string): number {
  let score = 30;
  let at = -1;
  for (const letter of term) {
    let next = text.indexOf(letter, at + 1);
    if (at === -1) while (next !== -1 && !isWordStart(text, next)) next = text.indexOf(letter, next + 1);
    if (next === -1) return 0;
    if (at !== -1 && next !== at + 1) score -= isWordStart(text, next) ? 1 : 6;
    at = next;
  }
  return Math.max(0, score);
}

function scoreOf(term: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const lower = text.toLocaleLowerCase();
  const index = lower.indexOf(term);
  if (index === -1) return term.length > 1 ? scattered(term, lower) : 0;
  const place = index === 0 ? 100 : isWordStart(lower, index) ? 80 : 45;
  // Of two that begin alike, the one that is nearly all of it comes first.
  return place + 10 * (term.length / lower.length);
}

/** Every word of the query must be found somewhere; what a title says counts more than what stands beside it. */
function rank(item: PaletteItem, terms: string[]): number {
  let total = 0;
  for (const term of terms) {
    const best = Math.max(
      scoreOf(term, item.title), 0.8 * scoreOf(term, item.detail), 0.9 * scoreOf(term, item.words), 0.6 * scoreOf(term, item.mark));
    if (best === 0) return 0;
    total += best;
  }
  return total / terms.length;
}

/** The items that a query finds, best group first; without a query, what was used recently and then what there is. */
export function find(items: PaletteItem[], query: string, recent: string[]): RankedGroup[] {
  const terms = query.toLocaleLowerCase().split(/\s+/).filter(term => term !== '');
  if (terms.length === 0) return unasked(items, recent);

  const scored = items
    .map(item => {
      const score = rank(item, terms);
      const used = recent.indexOf(item.id);
      return { item, score: score > 0 && used !== -1 ? score + recentBonus - used : score };
    })
    .filter(entry => entry.score > 0)
    .sort((one, other) => other.score - one.score || one.item.title.localeCompare(other.item.title));
  return order
    .map(name => ({ name, found: scored.filter(entry => entry.item.group === name).slice(0, mostPerGroup) }))
    .filter(group => group.found.length > 0)
    .sort((one, other) => other.found[0]!.score - one.found[0]!.score)
    .map(({ name, found }) => ({ name, items: found.map(entry => entry.item) }));
}

function unasked(items: PaletteItem[], recent: string[]): RankedGroup[] {
  const used = recent.map(id => items.find(item => item.id === id)).filter(item => item !== undefined).slice(0, mostRecent);
  const groups: RankedGroup[] = used.length > 0 ? [{ name: 'recent', items: used }] : [];
  for (const name of order) {
    const rest = items.filter(item => item.group === name && !used.includes(item)).slice(0, mostUnasked[name]);
    if (rest.length > 0) groups.push({ name, items: rest });
  }
  return groups;
}
