/** The loader: one script tag makes a floating widget, when the page is idle or first touched. It is built as an IIFE. */

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { dataset, src } = script;
  const touches = ['pointerdown', 'keydown', 'touchstart'];
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    for (const touch of touches) removeEventListener(touch, begin);
    // A second copy of the script makes no second widget.
    for (const other of document.querySelectorAll('nodai-query[mode=floating]'))
      if (other.getAttribute('workflow') === dataset.workflow) return;
    const element = document.createElement('nodai-query');
    element.setAttribute('mode', 'floating');
    for (const name in dataset)
      element.setAttribute(
        name === 'key' ? 'api-key' : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        dataset[name] as string,
      );
    document.body.append(element);
    void import(new URL('nodai-query.js', src).href);
  };
  for (const touch of touches) addEventListener(touch, begin, { passive: true });
  const idle = (): unknown => (globalThis.requestIdleCallback ?? setTimeout)(begin);
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle);
}
