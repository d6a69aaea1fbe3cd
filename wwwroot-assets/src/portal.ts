import { startCopy } from './copy';
import { startDialogs } from './dialogs';
import { startForms } from './forms';
import { startPasskeys } from './passkeys';
import { startPresence } from './presence';
import { startReconnect } from './reconnect';
import { startSearchKey } from './search-key';
import { startThemeSwitch } from './theme-switch';
import { startTimes } from './times';

startThemeSwitch();
startTimes();
startCopy();
startDialogs();
startForms();
startReconnect();
startSearchKey();
startPasskeys();
startPresence();
