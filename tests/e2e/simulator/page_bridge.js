/* Reports wa-js events to the test as JSON: [name, value]. Models never leave the page. */
(() => {
  const text = (value) => (value == null ? value : value.toString());
  const message = (model) => ({
    id: text(model.id),
    fromMe: model.id.fromMe,
    from: text(model.from),
    to: text(model.to),
    body: model.body,
    type: model.type,
    ack: model.ack,
    name: model.notifyName,
    caption: model.caption,
  });
  const shapes = {
    'chat.new_message': message,
    'chat.msg_ack_change': ({ ack, chat, ids }) => ({ ack, chat: text(chat), ids: ids.map(text) }),
    'chat.new_reaction': ({ msgId, reactionText }) => ({ of: text(msgId), text: reactionText }),
    'chat.msg_edited': ({ msg }) => ({ id: text(msg.id), body: msg.body }),
    'chat.msg_revoke': ({ refId }) => ({ of: text(refId) }),
    'conn.auth_code_change': (code) => code && { fullCode: code.fullCode },
    'conn.backend_event': (name, ...args) => ({ name, args }),
    'conn.require_auth': null,
    'conn.authenticated': null,
    'conn.main_ready': null,
    'conn.logout': null,
    'conn.logout_reason': null,
    'conn.qrcode_idle': null,
    'conn.stream_mode_changed': null,
    'loader.full_ready': null,
    'blocklist.sync': () => null,
  };
  const report = (name, value) => window.__report(JSON.stringify([name, value ?? null]));
  for (const [name, shape] of Object.entries(shapes)) {
    window.WPP.on(name, (...args) => report(name, shape ? shape(...args) : args[0]));
  }
})();
