/** Styles: one constructable sheet for all widgets of a page; a dozen custom properties and parts change the look. */

const TEXT = `
:host{
--_accent:var(--nodai-accent,light-dark(#2456c7,#9db8ff));
--_on-accent:var(--nodai-on-accent,light-dark(#fff,#0d1630));
--_background:var(--nodai-background,light-dark(#fff,#15181f));
--_surface:var(--nodai-surface,light-dark(#f1f3f7,#252a35));
--_text:var(--nodai-text,light-dark(#1a1d24,#e9ebf1));
--_muted:var(--nodai-muted,light-dark(#565d6b,#aab0bd));
--_border:var(--nodai-border,light-dark(#878e9c,#747b8b));
--_danger:var(--nodai-danger,light-dark(#a4161a,#ffb3ad));
--_radius:var(--nodai-radius,12px);
color-scheme:light dark;display:block;color:var(--_text);
font:var(--nodai-font-size,1rem)/1.5 var(--nodai-font,system-ui,sans-serif);text-align:start;overflow-wrap:anywhere}
:host([theme=light]){color-scheme:light}
:host([theme=dark]){color-scheme:dark}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
.coming{visibility:hidden}
.panel{display:flex;flex-direction:column;background:var(--_background);border:1px solid var(--_border);border-radius:var(--_radius);
max-height:var(--nodai-height,36rem);overflow:hidden;max-width:100%;width:var(--nodai-width,100%)}
.floating .panel,.launcher{position:fixed;inset-block-end:1rem;inset-inline-end:1rem;z-index:var(--nodai-z-index,2147483000);box-shadow:0 6px 24px #0005}
.floating .panel{width:min(var(--nodai-width,25rem),calc(100vw - 2rem));max-height:min(var(--nodai-height,40rem),calc(100dvh - 2rem))}
.launcher{border-radius:2rem;min-height:3rem;padding-inline:1.25rem}
header{display:flex;align-items:center;gap:.25rem;padding-block:.5rem;padding-inline:1rem .5rem;border-block-end:1px solid var(--_border)}
header h2{font-size:1.0625em;margin:0;flex:1;min-width:0}
.log{overflow-y:auto;overscroll-behavior:contain;padding:1rem;display:flex;flex-direction:column;gap:1.25rem;min-height:0}
.greeting{margin:0;color:var(--_muted)}
.question{margin:0 0 .75rem;padding:.5rem .875rem;background:var(--_surface);border-radius:var(--_radius);
width:fit-content;max-width:100%;margin-inline-start:auto;white-space:pre-wrap}
.answer>:first-child{margin-block-start:0}
.answer>:last-child{margin-block-end:0}
.answer p,.answer ul,.answer ol,.answer pre,.answer blockquote,.answer [role=group]{margin-block:.75em}
h3,h4,h5,h6{margin-block:1.1em .5em;font-size:1.0625em;line-height:1.3}
ul,ol{padding-inline-start:1.5em}
li>ul,li>ol{margin-block:.25em!important}
code{font-family:ui-monospace,monospace;font-size:.9em;background:var(--_surface);border-radius:4px;padding:.1em .3em}
pre{background:var(--_surface);border-radius:8px;padding:.75em 1em;overflow-x:auto;direction:ltr;text-align:left}
pre code{padding:0;white-space:pre}
.answer [role=group]:not(pre){overflow-x:auto}
table{border-collapse:collapse}
th,td{text-align:start;border:1px solid var(--_border);padding:.3em .6em;overflow-wrap:normal}
[data-align=center]{text-align:center}
[data-align=end]{text-align:end}
blockquote{margin-inline:0;padding-inline-start:1em;border-inline-start:3px solid var(--_border);color:var(--_muted)}
hr{border:0;border-block-start:1px solid var(--_border)}
a{color:var(--_accent);text-underline-offset:.15em}
.host{color:var(--_muted);font-size:.85em}
.cite{font-size:.85em}
.thinking,.notice,.sources,.snippet{color:var(--_muted)}
.thinking,.notice{margin:.5rem 0 0}
.notice{padding:.5rem .875rem;border:1px solid currentColor;border-radius:8px}
.notice.bad{color:var(--_danger)}
.notice>*{margin:0}
.notice a{color:inherit}
.small{font-size:.8125em}
.sources{margin-block-start:1rem;font-size:.9em}
.sources h3{margin:0;font-size:1em}
.sources ol{margin-block:.25em 0}
.snippet{margin:0}
.actions{display:flex;flex-wrap:wrap;gap:.25rem;margin-block-start:.5rem}
button{font:inherit;color:inherit;background:none;border:1px solid transparent;border-radius:8px;min-width:2.25rem;min-height:2.25rem;
padding:.25rem .625rem;cursor:pointer;display:inline-flex;align-items:center;justify-content:center;gap:.5rem}
.actions button{font-size:.875em;color:var(--_muted);border-color:var(--_border)}
button:where(:hover:enabled){background:var(--_surface)}
button[aria-pressed=true]{background:var(--_accent);color:var(--_on-accent)!important}
button.main{background:var(--_accent);color:var(--_on-accent)}
button.main:hover:enabled{background:color-mix(in srgb,var(--_accent) 85%,var(--_text))}
button:disabled{opacity:.55;cursor:not-allowed}
svg{width:1.25em;height:1.25em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;flex:none}
form{display:flex;align-items:end;gap:.5rem;padding:.75rem;border-block-start:1px solid var(--_border)}
textarea{font:inherit;color:inherit;background:var(--_background);flex:1;min-width:0;resize:none;field-sizing:content;min-height:2.5rem;max-height:8rem;
padding:.5rem .75rem;border:1px solid var(--_border);border-radius:8px}
textarea::placeholder{color:var(--_muted);opacity:1}
form button{min-height:2.5rem;border-color:var(--_border)}
:focus-visible{outline:3px solid var(--_accent);outline-offset:2px}
.panel [role=group]:focus-visible{outline-offset:-3px}
.sr{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.thinking::after{content:"";display:inline-block;width:.5em;height:.5em;margin-inline-start:.5em;border-radius:50%;background:currentColor;animation:pulse 1.2s ease-in-out infinite}
@keyframes pulse{50%{opacity:.2}}
@media (prefers-reduced-motion:reduce){*,::after{animation:none!important;scroll-behavior:auto!important}}
@media (max-width:30rem){.floating .panel{inset:auto 0 0;width:100%;border-radius:var(--_radius) var(--_radius) 0 0;max-height:90dvh}}
@media (forced-colors:active){button,.question,.notice,.panel{border:1px solid ButtonBorder}button:disabled{color:GrayText;opacity:1;border-color:GrayText}
button[aria-pressed=true]{forced-color-adjust:none;background:Highlight;color:HighlightText!important}svg{stroke:currentColor}}
`;

let sheet: CSSStyleSheet | undefined;

/** The sheet, made when the first widget is; browsers without light-dark() get the light colours. */
export function widgetStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    const known = CSS.supports('color', 'light-dark(#000,#fff)');
    sheet.replaceSync(known ? TEXT : TEXT.replace(/light-dark\(([^,]+),[^)]+\)/g, '$1'));
  }
  return sheet;
}
