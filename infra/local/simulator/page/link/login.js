/* The page's way through QR, pairing, syncing and MAIN, and out again at logout. */
Sim.define('SimLogin', (exports, require, importNamespace) => {
  const LOGOUT_FRAME_MS = 50; // lets the logout frame leave before the socket closes
  const RELOAD_MS = 60; // lets listeners see the logout events before the page goes
  const socketModel = () => require('WAWebSocketModel').Socket;
  const stream = () => require('WAWebStreamModel').Stream;
  const bus = () => require('WAWebBackendEventBus').BackendEventBus;
  const cmd = () => require('WAWebCmd').Cmd;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  exports.setState = (state) => {
    socketModel().state = state;
    bus().trigger('set_socket_state', state);
  };

  exports.showQr = ({ ref, ttl }) => {
    exports.setState('UNPAIRED');
    stream().set({ mode: 'QR', info: 'PAIRING' });
    require('WAWebConnModel').Conn.set({ ref, refTTL: ttl });
  };

  exports.pair = async (login) => {
    exports.setState('PAIRING');
    await importNamespace('SimCredentials').saveLogin(login);
    exports.enter(login);
  };

  /** Logged in: take the account's facts, become SYNCING and tell the server to deliver. */
  exports.enter = ({ wid, platform, pushname, lids = [], chats = [] }) => {
    const { createWid } = require('WAWebWidFactory');
    const { Conn } = require('WAWebConnModel');
    for (const [phone, lid] of lids) require('WAWebLidPnCache').lidPnCache.add(phone, lid);
    Conn.set({ wid: createWid(wid), platform: platform || 'android', pushname });
    beginSync();
    const { ChatCollection } = require('WAWebChatCollection');
    for (const id of chats) ChatCollection.add({ id: createWid(id), name: id });
    fillHeap(Sim.settings.heapMB);
    require('SimServer').send({ t: 'active' });
  };

  function beginSync() {
    exports.setState('CONNECTED');
    require('WAWebConnModel').Conn.connected = true;
    stream().set({ mode: 'SYNCING', info: 'SYNCING' });
    socketModel().set({ stream: 'SYNCING' });
    cmd().isMainLoaded = true;
    cmd().trigger('main_loaded');
    bus().trigger('open_socket_stream');
  }

  // The real site's heap is larger; benches give a page a realistic weight with this knob.
  function fillHeap(megabytes) {
    const row = () => Array.from({ length: 16_384 }, (_, i) => ({ i, s: 'x' + i + Math.random() }));
    if (megabytes) self.__ballast = Array.from({ length: megabytes }, row);
  }

  /** The server has delivered what was waiting: MAIN, and unsent messages go out. */
  exports.finishSync = () => {
    cmd().trigger('offline_progress_update_from_bridge');
    stream().set({ mode: 'MAIN', info: 'NORMAL' });
    socketModel().set({ stream: 'CONNECTED', hasSynced: true, canSend: true });
    bus().isMainStreamReadyMd = true;
    bus().trigger('main_stream_mode_ready');
    bus().trigger('offline_delivery_end');
    require('SimServer').transmitUnsent();
  };

  exports.conflict = () => {
    require('SimServer').close();
    exports.setState('CONFLICT');
    stream().mode = 'CONFLICT';
  };

  exports.logout = async (reason, { byUser }) => {
    const server = require('SimServer');
    // wa-js learns the reason by wrapping this function.
    importNamespace('WAWebLogoutReasonUtils').getErrorCodeFromLogoutReason(reason);
    bus().trigger('starting_logout');
    if (byUser) {
      server.send({ t: 'logout' });
      await pause(LOGOUT_FRAME_MS);
    }
    cmd().trigger('logout');
    bus().trigger('logout');
    server.close();
    await importNamespace('SimCredentials').clear();
    await importNamespace('SimChatStorage').clear();
    await pause(RELOAD_MS);
    location.replace('/?post_logout=1&logout_reason=' + reason);
  };
});
