/** Registers `<nodai-query>`; a second time, or beside another copy of the script, it does nothing. */

import { defineQuery } from './register.js';

defineQuery();
