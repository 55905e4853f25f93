/* What the page does with each frame from the server. */
Sim.define('SimFrames', (exports, require, importNamespace) => {
  const login = importNamespace('SimLogin');
  const server = require('SimServer');
  const asWid = (text) => text && require('WAWebWidFactory').createWid(text);
  let received = Promise.resolve();

  const handlers = {
    cid({ cid }) {
      self.__cid = cid;
    },
    ref: login.showQr,
    idle: () => login.setState('UNPAIRED_IDLE'),
    paired: login.pair,
    resumed: login.enter,
    offline_done: async () => {
      await received;
      login.finishSync();
    },
    conflict: login.conflict,
    remote_logout: ({ reason }) => login.logout(reason || 'unknown_companion', { byUser: false }),
    rpc: server.resolveRpc,
    drop_next_send: server.dropNextSend,
    msg(frame) {
      // One after the other: the first message of a chat waits for a look-up, later ones must not
      // overtake it.
      received = received.then(() => receive(frame)).catch(reportFailure);
    },
    afterwards(frame) {
      received = received.then(() => afterwards(frame)).catch(reportFailure);
    },
    receipt,
    mode({ mode, socket }) {
      if (socket) login.setState(socket);
      require('WAWebStreamModel').Stream.mode = mode;
    },
    temp_ban({ info }) {
      const { BackendEventBus } = require('WAWebBackendEventBus');
      BackendEventBus.trigger('account_temporarily_banned', info);
    },
    backend_event({ name, args = [] }) {
      require('WAWebBackendEventBus').BackendEventBus.trigger(name, ...args);
    },
    chatstate({ id, v }) {
      const presence = require('WAWebPresenceCollection').PresenceCollection.get(id);
      presence?.set({ hasData: true, chatstate: { type: v } });
    },
  };

  exports.handle = (frame) => handlers[frame.t]?.(frame);

  const reportFailure = (error) => console.error('message not taken in', String(error));

  async function receive(frame) {
    const { id, from, to, author, fromMe = false } = frame;
    const me = require('WAWebUserPrefsMeUser').getMaybeMePnUser();
    const chatWid = asWid(fromMe ? to : from);
    if (frame.pn) require('WAWebLidPnCache').lidPnCache.add(frame.pn, String(chatWid));
    const MsgKey = require('WAWebMsgKey');
    const key = new MsgKey({ fromMe, remote: chatWid, id, participant: author });
    const { MsgCollection } = importNamespace('WAWebMsgCollection');
    await MsgCollection.processMultipleMessages(chatWid, [
      {
        ...contentOf(frame),
        id: key,
        from: fromMe ? me : chatWid,
        to: fromMe ? chatWid : me,
        author: asWid(author),
        ack: frame.ack ?? (fromMe ? 1 : 0),
        isNewMsg: !frame.history,
      },
    ]);
    // Not awaited: the next message need not wait for this one's disk write.
    importNamespace('SimChatStorage')
      .written()
      .then(() => server.send({ t: 'rcpt', id, chat: from || to }));
  }

  async function afterwards(frame) {
    if (frame.pn) require('WAWebLidPnCache').lidPnCache.add(frame.pn, frame.chat);
    await importNamespace('SimAfterwards').happen(frame);
    await importNamespace('SimChatStorage').written();
    server.send({ t: 'rcpt', id: frame.id, chat: frame.chat });
  }

  function contentOf({ body, type, ts, name, mimetype, filehash, caption, size }) {
    const content = { body, type: type || 'chat', t: ts, notifyName: name };
    const mediaType = filehash && 'image';
    return { ...content, mimetype, filehash, mediaType, caption, size };
  }

  function receipt({ id, from, ack }) {
    const wid = asWid(from);
    const kind = wid.isGroup() ? 'Group' : 'Chat';
    const handle = importNamespace(`WAWebHandle${kind}SimpleReceipt`)[`handle${kind}SimpleReceipt`];
    handle({
      ack,
      ackString: ack === 3 ? 'read' : 'delivery',
      from: wid,
      externalIds: [id],
      ts: Date.now() / 1000,
      participant: null,
      recipient: null,
    });
    importNamespace('SimChatStorage')
      .written()
      .then(() => server.send({ t: 'rcpt', id, ack }));
  }
});
