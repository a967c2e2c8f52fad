/** The widget calls this for its first client session, and whenever it needs the next one. */
async function visitorSession() {
  const answer = await fetch('/session', { method: 'POST' });
  if (!answer.ok) throw new Error(`/session answered ${answer.status}`);
  return answer.json();
}
