/* The simulator's control API and its live view. */

/** Does one operation; throws with the simulator's own sentence when it is refused. */
export async function perform(op, fields = {}) {
  const response = await fetch('/__ctl', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ op, ...fields }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Calls `onView(view)` now and after each change, and `onLink(isUp)` when the link changes. */
export function watch(onView, onLink) {
  const events = new EventSource('/phone/events');
  events.onmessage = ({ data }) => {
    onLink(true);
    onView(JSON.parse(data));
  };
  events.onerror = () => onLink(false); // EventSource reconnects by itself
}

/** A file's content as base64. */
export async function asBase64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
