/* What the profile on disk does not tell: localStorage as it is now, and whether all is sent. */
(() => {
  const PENDING = 0; // the ack of a message that has not reached WhatsApp's server
  const STUCK_AFTER_S = 600; // a message that waits longer is not about to leave

  const items = () => {
    const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
    return Object.fromEntries(names.map((name) => [name, localStorage.getItem(name)]));
  };

  const waits = (message) => {
    const isRecent = message.t > Date.now() / 1000 - STUCK_AFTER_S;
    return message.id.fromMe && message.ack === PENDING && isRecent;
  };

  bridge.actions.login = () => ({
    settled: bridge.isConnected() && !WPP.whatsapp.MsgStore.getModelsArray().some(waits),
    items: items(),
    wa_js: WPP.version,
    whatsapp_web: bridge.webVersion(),
  });
})();
