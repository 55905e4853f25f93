/*
 * The link to the simulator's server: a WebSocket with JSON frames. It is NOT WhatsApp's protocol;
 * nothing that a client touches depends on it.
 */
Sim.define('SimServer', (exports, require, importNamespace) => {
  const RPC_TIMEOUT_MS = 15_000;
  const LONGEST_RETRY_MS = 8_000;
  const answers = new Map(); // rpc id -> resolve
  const unsent = new Map(); // message id -> {frame, resolve}: what the server has not answered
  let socket;
  let lastRpcId = 0;
  let retries = 0;
  let staysClosed = false;
  let dropsNextSend = false;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const socketModel = () => require('WAWebSocketModel').Socket;

  exports.send = (frame) => {
    if (isOpen()) socket.send(JSON.stringify(frame));
  };

  exports.rpc = (frame) =>
    new Promise((resolve, reject) => {
      const rid = ++lastRpcId;
      answers.set(rid, resolve);
      exports.send({ ...frame, rid });
      setTimeout(() => {
        if (answers.delete(rid)) reject(new Error('simulator answered nothing to ' + frame.t));
      }, RPC_TIMEOUT_MS);
    });

  exports.resolveRpc = (frame) => {
    answers.get(frame.rid)?.(frame);
    answers.delete(frame.rid);
  };

  /**
   * Sends a message and resolves with the server's answer. As on the real site, a page that has
   * lost its socket keeps the message and transmits it once it is back, however late that is.
   */
  exports.sendMessage = (message, { again = false } = {}) =>
    new Promise((resolve) => {
      const { type, body, caption, mimetype, filehash } = message;
      const frame = { t: 'send', id: message.id.id, to: String(message.to), type, body };
      Object.assign(frame, { caption, mimetype, filehash });
      unsent.set(frame.id, {
        frame,
        resolve(answer) {
          message.ack = answer.ack < 0 ? answer.ack : Math.max(message.ack, answer.ack);
          resolve(answer);
        },
      });
      if (socketModel().canSend) transmit(frame.id, again);
    });

  async function transmit(id, again) {
    if (dropsNextSend) {
      dropsNextSend = false;
      socket.close(); // the fault a test asked for: lost between the call and the wire
      return;
    }
    const entry = unsent.get(id);
    const answer = await exports.rpc({ ...entry.frame, again }).catch(() => null);
    if (answer && unsent.delete(id)) entry.resolve(answer);
  }

  exports.transmitUnsent = () => {
    for (const id of unsent.keys()) transmit(id, true);
  };

  /** Takes up the messages that a previous run of this profile stored and never got out. */
  exports.resendRestored = () => {
    const isUnsent = (message) => message.id.fromMe && message.ack === 0;
    const { MsgCollection } = require('WAWebMsgCollection');
    for (const message of MsgCollection.filter(isUnsent)) {
      if (!unsent.has(message.id.id)) exports.sendMessage(message, { again: true });
    }
  };

  exports.dropNextSend = () => {
    dropsNextSend = true;
  };

  exports.connect = () => {
    staysClosed = false;
    importNamespace('SimLogin').setState('OPENING');
    const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
    const opened = (socket = new WebSocket(scheme + location.host + '/ws/chat'));
    opened.onopen = hello;
    opened.onmessage = ({ data }) => importNamespace('SimFrames').handle(JSON.parse(data));
    opened.onclose = () => {
      if (opened === socket && !staysClosed) reconnect();
    };
  };

  /** Closes the link for good: the page logged out, or another one took its place. */
  exports.close = () => {
    staysClosed = true;
    socketModel().set({ canSend: false });
    socket?.close();
  };

  function hello() {
    retries = 0;
    const credentials = importNamespace('SimCredentials');
    const { token } = credentials;
    const frame = { t: 'hello', token, me: credentials.me(), ver: Sim.settings.version };
    exports.send({ ...frame, keys: credentials.qrKeys() });
  }

  function reconnect() {
    require('WAWebBackendEventBus').BackendEventBus.trigger('socket_stream_disconnected');
    socketModel().set({ stream: 'DISCONNECTED', canSend: false });
    if (importNamespace('SimCredentials').me()) {
      importNamespace('SimLogin').setState('TIMEOUT');
      require('WAWebStreamModel').Stream.set({ info: 'TIMEOUT' });
    }
    setTimeout(exports.connect, Math.min(LONGEST_RETRY_MS, 250 * 2 ** retries++));
  }
});
