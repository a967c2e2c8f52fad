/** What the demo pages share: the server's settings, and a look by a constructed sheet, which every policy allows. */

export interface Config {
  api_url: string;
  workflow: string;
  publishable_key: string;
}

/** Where this server answers, and the key that its pages may use. */
export async function readConfig(): Promise<Config> {
  const answer = await fetch('/demo/config.json');
  if (!answer.ok) throw new Error(`/demo/config.json answered ${answer.status}`);
  return answer.json() as Promise<Config>;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif;background:light-dark(#fff,#0f1116);color:light-dark(#1a1d24,#e9ebf1)}
body{margin:0}
main{max-width:60rem;margin:0 auto;padding:1rem 1rem 6rem;display:grid;gap:2rem}
nav{display:flex;flex-wrap:wrap;gap:1rem}
a{color:light-dark(#2456c7,#9db8ff)}
main>*,.grid>*{min-width:0}
h1{margin:0}h2{margin:0 0 .5rem;font-size:1.25rem}
section p{margin:0 0 .75rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:.75rem 1rem;border-radius:8px;background:light-dark(#f1f3f7,#252a35);font-size:.875rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));gap:1.5rem}
.themed{--nodai-accent:#7a2e00;--nodai-on-accent:#fff;--nodai-background:#fff8ef;--nodai-surface:#fbead3;--nodai-text:#2b1a0c;
--nodai-muted:#6b5138;--nodai-border:#a5835e;--nodai-radius:0;--nodai-font:Georgia,serif;color-scheme:light}
.themed::part(heading){font-style:italic;letter-spacing:.02em}
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
