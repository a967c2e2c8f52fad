/** Styles: one constructable sheet for all widgets of a page; a dozen custom properties and parts change the look. */

const TEXT = `
:host{--a:var(--nodai-accent,light-dark(#2456c7,#9db8ff));--o:var(--nodai-on-accent,light-dark(#fff,#0d1630));
--b:var(--nodai-background,light-dark(#fff,#15181f));--s:var(--nodai-surface,color-mix(in srgb,var(--t) 7%,var(--b)));
--t:var(--nodai-text,light-dark(#1a1d24,#e9ebf1));--m:var(--nodai-muted,color-mix(in srgb,var(--t) 72%,var(--b)));
--l:var(--nodai-border,color-mix(in srgb,var(--t) 52%,var(--b)));--d:var(--nodai-danger,light-dark(#a4161a,#ffb3ad));
--r:var(--nodai-radius,12px);--h:1px solid color-mix(in srgb,var(--l) 40%,var(--b));
color-scheme:light dark;display:block;color:var(--t);
font:var(--nodai-font-size,1rem)/1.5 var(--nodai-font,system-ui,sans-serif);text-align:start;overflow-wrap:anywhere}
:host([theme=light]){color-scheme:light}
:host([theme=dark]){color-scheme:dark}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box;margin:0}
.coming{visibility:hidden}
.panel,.log{display:flex;flex-direction:column}
.panel{background:var(--b);border:var(--h);border-radius:var(--r);width:var(--nodai-width,100%);max-width:100%;max-height:var(--nodai-height,36rem);overflow:hidden}
.floating .panel,.launcher{position:fixed;inset-block-end:1rem;inset-inline-end:1rem;z-index:var(--nodai-z-index,2147483000);box-shadow:0 8px 32px #0003}
.floating .panel{width:min(var(--nodai-width,25rem),100vw - 2rem);max-height:min(var(--nodai-height,40rem),100dvh - 2rem)}
header,form,.actions{display:flex;align-items:center;gap:.25rem;padding:.5rem}
header{padding-inline-start:1rem;min-height:3.25rem}
h2{flex:1;min-width:0;font-size:1em}
.log{overflow-y:auto;overscroll-behavior:contain;padding:1rem;gap:1.5rem;border-block:var(--h)}
.question{padding:.5rem .875rem;background:var(--s);border-radius:var(--r);width:fit-content;max-width:90%;margin-inline-start:auto;white-space:pre-wrap}
.answer:not(:empty),.thinking,.notice,.sources{margin-block-start:.75rem}
.answer{white-space:pre-line}
.answer>*+*,.answer li>p,li>pre{margin-block-start:.75em}
h3,h4,h5,h6{font-size:1em;line-height:1.3}
.answer>*+:is(h3,h4,h5,h6){margin-block-start:1.25em}
ul,ol{padding-inline-start:1.5em}
li+li,li>ul,li>ol{margin-block-start:.25em}
code{font-family:ui-monospace,monospace;font-size:.875em;background:var(--s);border-radius:4px;padding:.1em .3em}
pre{background:var(--s);border-radius:8px;padding:.75em 1em;direction:ltr;text-align:left}
pre code{padding:0;white-space:pre}
.answer [role=group]{overflow-x:auto}
img{max-width:100%}
table{border-collapse:collapse}
th,td{text-align:start;border-block-end:var(--h);padding:.4em .75em;overflow-wrap:normal}
blockquote{padding-inline-start:1em;border-inline-start:3px solid var(--l)}
hr{border:0;border-block-start:var(--h)}
a{color:var(--a);text-underline-offset:.2em}
blockquote,.greeting,.host,.thinking,.notice,.sources,.actions button{color:var(--m)}
.host,.cite,.small,.sources,.actions button{font-size:.875em}
.notice{padding:.625rem .875rem;border:1px solid;border-radius:8px}
.bad{color:var(--d)}
.setup{margin:0 1rem}
.notice a{color:inherit}
.sources h3{color:var(--t)}
.actions{flex-wrap:wrap;padding:.5rem 0 0}
button{font:inherit;color:inherit;background:none;border:1px solid transparent;border-radius:8px;min-width:2.25rem;min-height:2.25rem;
padding:.25rem .625rem;cursor:pointer;display:inline-flex;align-items:center;justify-content:center;gap:.5rem}
button:where(:hover:enabled){background:var(--s)}
.actions button{margin-inline-start:-.625rem;margin-inline-end:.625rem}
.launcher,.send,button[aria-pressed=true]{background:var(--a);color:var(--o)}
.launcher,.send{font-weight:600}
.launcher:hover,.send:hover:enabled{background:color-mix(in srgb,var(--a) 85%,var(--t))}
.launcher{border-radius:2rem;min-height:3rem;padding-inline:1.25rem}
button:disabled{opacity:.55;cursor:not-allowed}
svg{width:1.25em;height:1.25em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
form{align-items:end;gap:.5rem;padding:.75rem}
textarea{font:inherit;color:inherit;background:var(--b);flex:1;min-width:0;resize:none;field-sizing:content;min-height:2.625rem;max-height:8rem;
padding:.5rem .75rem;border:1px solid var(--l);border-radius:8px}
textarea::placeholder{color:var(--m);opacity:1}
form button{min-height:2.625rem;padding-inline:1rem}
.stop{border-color:var(--l)}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.panel [role=group]:focus-visible{outline-offset:-3px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.thinking::after{content:"";display:inline-block;width:.5em;height:.5em;margin-inline-start:.5em;border-radius:50%;background:currentColor;animation:pulse 1.2s infinite}
@keyframes pulse{50%{opacity:.2}}
@media (prefers-reduced-motion:reduce){::after{animation:none!important}}
@media (max-width:30rem){.floating .panel{inset:auto 0 0;width:100%;border-end-start-radius:0;border-end-end-radius:0;max-height:90dvh}}
@media (forced-colors:active){button,.question{border-color:ButtonBorder}.launcher,.send{background:ButtonFace;color:ButtonText}.question{border:1px solid}button:disabled{color:GrayText;opacity:1}
button[aria-pressed=true]{forced-color-adjust:none;background:Highlight;color:HighlightText}}
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
