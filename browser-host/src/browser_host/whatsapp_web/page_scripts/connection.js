/* How the page is connected: QR, pairing, MAIN, socket, logout, bans. */
(() => {
  const NEEDED_TO_LINK = ['Conn', 'Stream', 'Socket', 'Cmd', 'BackendEventBus'];
  const NEEDED_TO_CHAT = ['MsgStore', 'ChatStore', 'ContactStore', 'MsgKey', 'WidFactory'];
  const NEEDED_FUNCTIONS = ['addAndSendMsgToChat', 'findOrCreateLatestChat', 'isAuthenticated'];
  const REASON_FOLLOWS_MS = 30; // a reason told just after the logout; the page reloads soon

  const found = (name) => Boolean(WPP.whatsapp[name]);
  const missingToChat = () => [
    ...NEEDED_TO_CHAT.filter((name) => !found(name)),
    ...NEEDED_FUNCTIONS.filter((name) => !WPP.whatsapp.functions[name]),
  ];
  const attempt = (read) => {
    try {
      return read() ?? null;
    } catch {
      return null; // not known yet
    }
  };

  bridge.isConnected = () =>
    WPP.whatsapp.Socket.state === 'CONNECTED' && WPP.whatsapp.Stream.mode === 'MAIN';

  bridge.webVersion = () =>
    attempt(() => WPP.conn.getBuildConstants().VERSION_STR) ?? window.Debug?.VERSION ?? null;

  const account = () => ({
    phone: attempt(() => WPP.conn.getMyUserId().user),
    lid: attempt(() => WPP.conn.getMyUserLid().user + '@lid'),
    push_name: attempt(() => WPP.whatsapp.Conn.pushname),
    web_version: bridge.webVersion(),
    wa_js_version: WPP.version,
  });

  /** Everything READY depends on; `missing` and `account` only once it may hold. */
  bridge.state = () => {
    if (!WPP.isReady) return { loaded: false };
    const { mode } = WPP.conn.getStreamData();
    const authenticated = attempt(() => WPP.conn.isAuthenticated()) === true;
    const socket = WPP.whatsapp.Socket.state;
    const state = { loaded: true, mode: mode ?? null, socket: socket ?? null, authenticated, full_ready: WPP.isFullReady };
    if (mode !== 'MAIN' || !authenticated || !WPP.isFullReady) return state;
    return { ...state, missing: missingToChat(), account: account() };
  };

  let reported;
  let reportDue = false;
  const reportNow = () => {
    reportDue = false;
    if (!WPP.isReady || NEEDED_TO_LINK.some((name) => !found(name))) return;
    const state = bridge.state();
    const text = JSON.stringify(state);
    if (text === reported) return;
    reported = text;
    bridge.emit('state', state);
  };
  // The page sets its states one by one; what stands between two of them never held.
  const reportState = () => {
    if (!reportDue) queueMicrotask(bridge.guarded('state', reportNow));
    reportDue = true;
  };

  bridge.on('loader.ready', () => {
    const missing = NEEDED_TO_LINK.filter((name) => !found(name));
    bridge.emit('loaded', { missing });
    if (missing.length) return;
    WPP.whatsapp.Socket.on('change:state', bridge.guarded('change:state', reportState));
    reportState();
  });
  const signs = ['loader.full_ready', 'conn.stream_mode_changed', 'conn.stream_info_changed'];
  signs.push('conn.authenticated', 'conn.main_loaded', 'conn.main_ready', 'conn.require_auth');
  for (const sign of signs) bridge.on(sign, reportState);

  bridge.on('conn.auth_code_change', (code) => {
    if (code?.fullCode) bridge.emit('code', code.fullCode);
  });
  bridge.on('conn.qrcode_idle', () => bridge.emit('code_idle'));

  let reason;
  const tellLogout = () => bridge.emit('logout', { reason: reason ?? 'unknown' });
  bridge.on('conn.logout_reason', (told) => {
    reason = told === undefined ? undefined : String(told);
  });
  bridge.on('conn.logout', () => {
    if (reason === undefined) setTimeout(tellLogout, REASON_FOLLOWS_MS);
    else tellLogout();
  });

  bridge.on('conn.backend_event', (name, details) => {
    if (name === 'account_temporarily_banned') {
      const { code = null, expireTs = null } = details || {};
      bridge.emit('banned', { code, expires: expireTs });
    } else if (name === 'unexpected_logout_modal') {
      bridge.emit('logout', { reason: 'unexpected_logout' });
    } else if (name === 'service_unavailable_503') {
      bridge.emit('unavailable');
    }
    reportState();
  });

  bridge.actions.state = () => bridge.state();

  bridge.actions.pairingCode = async (phone) => {
    if (WPP.conn.isAuthenticated()) return { linked: true };
    return { code: await WPP.conn.genLinkDeviceCodeForPhoneNumber(phone) };
  };

  bridge.actions.logout = () => {
    if (!bridge.isConnected()) return { connected: false };
    WPP.conn.logout(); // not awaited: the page reloads in the middle of it
    return { connected: true };
  };

  bridge.tellBoot = () => {
    bridge.emit('boot');
    // A logout that came before wa-js could listen shows in the address it reloads to.
    const query = new URLSearchParams(location.search);
    if (!query.has('post_logout')) return;
    bridge.emit('logout', { reason: query.get('logout_reason') || 'unknown' });
  };
})();
