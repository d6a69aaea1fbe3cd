// Loaded in the head, before the first paint: no flash of the wrong theme, and no inline script for a content policy to allow.
import { applyTheme, storedTheme } from './theme';

applyTheme(storedTheme());
