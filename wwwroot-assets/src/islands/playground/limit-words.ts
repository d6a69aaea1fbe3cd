import type { Texts } from '../island';
import type { LimitState } from './limits';

function duration(t: Texts, seconds: number): string {
  return seconds < 90 ? t('Limit.Seconds', seconds) : t('Limit.Minutes', Math.round(seconds / 60));
}

/** Whose limit it is. */
function owner(t: Texts, name: string): string {
  if (name === 'key') return t('Limit.OfKey');
  if (name === 'global') return t('Limit.OfPortal');
  const [kind, rest = ''] = name.split(/:(.*)/s);
  if (kind === 'category') return t('Limit.OfCategory', rest.replaceAll('_', ' '));
  return kind === 'pattern' ? t('Limit.OfPattern', rest) : t('Limit.OfOther', name);
}

/** As “1,000 a minute by this key, 998 left, full again in 40 s”; null is no limit. */
export function limitSentence(t: Texts, state: LimitState | null, locale?: string): string {
  if (state === null) return t('Limit.None');
  const number = (value: number): string => value.toLocaleString(locale);
  const per = state.window === 60 ? t('Limit.PerMinute', number(state.limit)) : t('Limit.PerSeconds', number(state.limit), state.window);
  const start = `${per} ${owner(t, state.name)}`;
  if (state.retryAfter !== undefined) return t('Limit.Refused', start, duration(t, state.retryAfter));
  return state.reset > 0 ? t('Limit.Left', start, number(state.remaining), duration(t, state.reset)) : t('Limit.Full', start, number(state.remaining));
}
