import { testLooks } from './gallery.js';
import { LOOKS } from './looks.js';

testLooks(LOOKS.filter(({ name }) => ['light', 'dark', 'forced-colours'].includes(name)));
