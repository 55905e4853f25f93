/*
 * The way between this page and its host. Events go out numbered, as JSON, through a CDP binding;
 * the newest are kept, so that a host that missed some can ask for them. Actions come in by name.
 * Models never leave the page: every value is plain JSON.
 */
const KEPT_EVENTS = 1000; // several times the largest burst between two reconciliations
const bridge = { actions: {} };

(() => {
  const report = window[BINDING];
  delete window[BINDING]; // the page's own code has no business with it
  const boot = crypto.randomUUID(); // tells this document from the one before a reload
  const kept = [];
  let last = 0;

  bridge.emit = (kind, value = null) => {
    const event = { boot, seq: ++last, kind, value };
    kept.push(event);
    if (kept.length > KEPT_EVENTS) kept.shift();
    report(JSON.stringify(event));
  };

  /** Wraps a listener: what it throws is told to the host and never reaches the page. */
  bridge.guarded = (name, listener) => {
    return (...args) => {
      try {
        return listener(...args);
      } catch (error) {
        bridge.emit('fault', { name, error: String(error?.name || typeof error) });
      }
    };
  };

  bridge.on = (name, listener) => WPP.on(name, bridge.guarded(name, listener));

  /** What the host missed, and the present state. */
  bridge.actions.reconcile = ({ boot: known, seq }) => ({
    boot,
    seq: last,
    events: kept.filter((event) => event.seq > (known === boot ? seq : 0)),
    state: bridge.state(),
  });

  const call = (name, argument) => bridge.actions[name](argument);
  Object.defineProperty(window, Symbol.for('switchboard.bridge'), { value: call });
})();
