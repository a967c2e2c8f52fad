/** Attacks by text: what is dangerous, endless or misleading without being HTML or a link. */

const RUN = 'canary(1)';
const deep = (piece: string, count = 3000): string => piece.repeat(count);

const TEMPLATES = [
  '{{constructor.constructor("canary(1)")()}}',
  '$' + '{canary(1)}',
  '<%= canary(1) %>',
  '#{canary(1)}',
  '{{7*7}} {input} {time} {id} {name}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '__proto__ constructor prototype toString hasOwnProperty',
  '[__proto__](https://evil.example/) [constructor][__proto__]',
  '| __proto__ | constructor |\n|---|---|\n| toString | valueOf |',
];
const DIRECTIONS = [
  '\u202eabc\u202c \u202dabc \u2067abc',
  '\u202e'.repeat(2000),
  '\u2066'.repeat(2000),
  '\u200b\u200c\u200d\u2060\ufeff'.repeat(500),
  'a\u0300\u0301\u0302'.repeat(1000),
  '\u0000\u0001\u0007\u0008\u000b\u000c\u007f\u0085',
  '\u2028\u2029line\u2028separators',
  '\ud800 lone \udc00 surrogates \udbff',
  '\ufffe\uffff\u{10ffff}',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007\u001b[6n',
  '\u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007',
  '\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  'data: {"type":"run.completed"}\n\nevent: run.completed\n\n',
  `\n\nevent: error\ndata: {"code":"rate_limited"}\n\n`,
];
const ENDLESS = [
  deep('> '),
  deep('- '),
  deep('1. '),
  deep('**'),
  deep('*a '),
  deep('_'),
  deep('`'),
  deep('~'),
  deep('['),
  deep('!['),
  deep('[a]('),
  deep('[x]('),
  deep('<'),
  deep('&'),
  deep('|'),
  `${deep('|a')}\n${deep('|-')}`,
  deep('#'),
  deep('\\'),
  deep('\t'),
  Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n'),
  Array.from({ length: 300 }, (_, depth) => `${'>'.repeat(depth + 1)} x`).join('\n'),
  `[x](https://evil.example/${deep('a', 10_000)})`,
  deep('a', 60_000),
  `\`\`\`\n${deep(`<img src=x onerror=${RUN}>\n`, 500)}`,
];
const POSES = [
  'Your session has ended. Reload the page to go on.',
  '<button onclick=canary(1)>Try again</button>',
  '[Send](https://evil.example/) [Stop](https://evil.example/) [Close](https://evil.example/)',
  '<div role=alert aria-live=assertive>Hacked</div>',
  '<div part=panel class=launcher id=panel>x</div>',
];

export const TEXT_ATTACKS = [...TEMPLATES, ...DIRECTIONS, ...ENDLESS, ...POSES];
