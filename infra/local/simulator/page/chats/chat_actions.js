/* Things a user does in a chat besides sending: reading, typing, blocking. */
Sim.define('WAWebUpdateUnreadChatAction', (exports, require, importNamespace) => {
  const setUnread = (chat, count) => {
    chat.unreadCount = count;
    return importNamespace('SimChatStorage').keepChat(chat);
  };
  exports.sendSeen = async (argument) => {
    const chat = argument.chat || argument;
    setUnread(chat, 0);
    require('SimServer').send({ t: 'seen', id: String(chat.id) });
  };
  exports.markUnread = async (chat) => {
    setUnread(chat, -1);
  };
});

Sim.define('WAWebChatStateBridge', (exports, require) => {
  const names = ['sendChatStateComposing', 'sendChatStateRecording', 'sendChatStatePaused'];
  for (const k of names) {
    exports[k] = async (wid) => require('SimServer').send({ t: 'chatstate', k, id: String(wid) });
  }
});

Sim.define('WAWebPresenceChatAction', (exports, require) => {
  const tell = (k) => async (chat) =>
    require('SimServer').send({ t: 'chatstate', k, id: String(chat.id) });
  exports.markComposing = tell('composing');
  exports.markPaused = tell('paused');
  exports.markRecording = tell('recording');
});

Sim.define('WAWebBlockContactAction', (exports, require) => {
  const blocklist = () => require('WAWebBlocklistCollection').BlocklistCollection;
  const idOf = (argument) => (argument.contact || argument).id;
  exports.blockContact = async (argument) => {
    blocklist().add({ id: idOf(argument) });
    blocklist().trigger('sort');
  };
  exports.unblockContact = async (argument) => blocklist().remove(idOf(argument));
});
