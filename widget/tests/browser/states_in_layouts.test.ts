import { testLooks } from './gallery.js';
import { LOOKS } from './looks.js';

testLooks(LOOKS.filter(({ name }) => ['rtl', '375px', 'reduced-motion'].includes(name)));
