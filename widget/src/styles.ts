/** Styles: one constructable sheet for all widgets of a page; a dozen custom properties and parts change the look. */

const TEXT = `\
:host{--a:var(--nodai-accent,light-dark(#2456c7,#9db8ff));--o:var(--nodai-on-accent,Canvas);\
--b:var(--nodai-background,Canvas);--t:var(--nodai-text,CanvasText);\
--s:var(--nodai-surface,color-mix(in srgb,var(--t) 9%,var(--b)));--m:var(--nodai-muted,color-mix(in srgb,var(--t) 72%,var(--b)));\
--l:var(--nodai-border,color-mix(in srgb,var(--t) 52%,var(--b)));--r:var(--nodai-radius,12px);\
color-scheme:light dark;display:block;color:var(--t);\
font:var(--nodai-font-size,1rem)/1.5 var(--nodai-font,system-ui,sans-serif);text-align:start;overflow-wrap:anywhere}\
:host([theme=light]){color-scheme:light}\
:host([theme=dark]){color-scheme:dark}\
:host([hidden]),[hidden]{display:none!important}\
*{box-sizing:border-box;margin:0}\
:focus-visible{outline:2px solid var(--a);outline-offset:2px}\
.coming{visibility:hidden}\
.panel,.log,.turn,.answer{display:flex;flex-direction:column}\
.panel{background:var(--b);width:var(--nodai-width,100%);max-width:100%;max-height:min(var(--nodai-height,36rem),100dvh - 2rem);overflow:hidden}\
.floating .panel{width:var(--nodai-width,25rem);max-width:calc(100vw - 2rem)}\
.floating .panel,.launcher{position:fixed;inset-block-end:1rem;inset-inline-end:1rem;z-index:var(--nodai-z-index,999999999);box-shadow:0 8px 32px #0003}\
header,form,.actions,button{display:flex;align-items:center;gap:.5rem}\
header,form{padding:.75rem}\
header button{font-size:1.25rem;line-height:1}\
h2,textarea{flex:1;min-width:0}\
h2{font-size:1em}\
.log{padding:1rem;gap:1.5rem;border-block:1px solid var(--s)}\
.floating .log{height:100dvh}\
.log,.answer [role=group]{overflow:auto;outline-offset:-3px}\
.turn,.answer{gap:.75em}\
.panel,button,textarea,.question,.notice,pre{border:1px solid transparent;border-radius:var(--r)}\
button,textarea,.question,.notice,pre{font:inherit;color:inherit;padding:.5rem .75rem}\
button,textarea{background:none}\
.question,pre,code{background:var(--s)}\
.panel,.action,hr{border:1px solid var(--s)}\
textarea,.stop,button:hover{border-color:var(--l)}\
.question{align-self:end}\
.question,.answer{white-space:pre-wrap}\
ul,ol,blockquote{padding-inline-start:1.5em}\
li>*,li+li{margin-block-start:.25em}\
pre{direction:ltr}\
img{max-width:100%}\
table{border-collapse:collapse;overflow-wrap:normal}\
th,td{text-align:start;padding:.25rem .75rem;border-block-end:1px solid var(--s)}\
blockquote{border-inline-start:3px solid var(--l)}\
a{color:var(--a)}\
.host,.thinking,.sources,::placeholder{color:var(--m);opacity:1}\
.host,.cite,.small,.sources,.action,code{font-size:.875em}\
.notice{border-color:currentColor}\
.bad,.bad a{color:var(--nodai-danger,light-dark(#a4161a,#ffb3ad))}\
.setup{margin:1rem}\
.actions{flex-wrap:wrap}\
.launcher,.send,[aria-pressed=true]{background:var(--a);color:var(--o)}\
button{cursor:pointer}\
:disabled{opacity:.55}\
textarea{resize:none;field-sizing:content;max-height:8rem}\
.sr{position:absolute;height:1px;overflow:hidden;opacity:0}\
@media (prefers-reduced-motion:no-preference){.thinking::after{content:" ●";animation:p 1s infinite}}\
@keyframes p{50%{opacity:.2}}\
@media (forced-colors:active){.launcher,.send,[aria-pressed=true]{forced-color-adjust:none;background:Highlight;color:HighlightText}}`;

let sheet: CSSStyleSheet | undefined;

/** The sheet, made when the first widget is; browsers without light-dark() get the light colours. */
export function widgetStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    const known = CSS.supports('color', 'light-dark(#000,#fff)');
    sheet.replaceSync(known ? TEXT : TEXT.replace(/light-dark\(([^,]+),[^)]+\)/g, '$1').replace('light dark', 'light'));
  }
  return sheet;
}
