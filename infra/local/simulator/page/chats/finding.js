/* Finding chats, users and older messages. */
Sim.define('SimUserSync', (exports, require) => {
  /** Asks the server for a number's LID and remembers it; undefined: not on WhatsApp. */
  exports.findLid = async (wid) => {
    const { lid } = await require('SimServer').rpc({ t: 'usync', id: String(wid) });
    if (!lid) return undefined;
    if (wid.server === 'c.us') require('WAWebLidPnCache').lidPnCache.add(String(wid), lid);
    return require('WAWebWidFactory').createWid(lid);
  };
});

Sim.define('WAWebFindChatAction', (exports, require, importNamespace) => {
  /** The id under which a chat is kept: its LID once the account is migrated. */
  async function chatIdOf(wid) {
    if (!Sim.settings.lid || wid.server !== 'c.us') return wid;
    const known = require('WAWebLidPnCache').lidPnCache.getCurrentLid(wid);
    return known || importNamespace('SimUserSync').findLid(wid);
  }

  exports.findOrCreateLatestChat = async (wid) => {
    const { ChatCollection } = require('WAWebChatCollection');
    const id = await chatIdOf(wid);
    if (!id) return null;
    const known = ChatCollection.get(id);
    const chatModel = known || ChatCollection.gadd({ id });
    const chat = Sim.settings.findChatReturnsModel ? chatModel : { id: chatModel.id };
    return { chat, chatModel, created: !known };
  };
  exports.findExistingChat = exports.findChat = async (wid) =>
    require('WAWebChatCollection').ChatCollection.get(wid);
});

Sim.define('WAWebQueryExistsJob', (exports, require, importNamespace) => {
  const query = async (wid) => {
    const lid = await importNamespace('SimUserSync').findLid(wid);
    return lid ? { wid, lid, biz: false } : null;
  };
  exports.queryWidExists = query;
  exports.queryPhoneExists = query;
});

Sim.define('WAWebDBMessageFindLocal', (exports, require, importNamespace) => {
  const chatWith = (anchor) =>
    require('WAWebChatCollection').ChatCollection.findFirst((chat) => chat.msgs.get(anchor));

  /** As the site does, in what is stored: a page has loaded the newest of each chat only. */
  async function find({ anchor, count, direction }) {
    const chat = chatWith(anchor);
    const loaded = chat?.msgs.getModelsArray() || [];
    const at = loaded.findIndex((message) => message.id.equals(anchor));
    if (at < 0) return { messages: [] };
    if (direction !== 'before') return { messages: loaded.slice(at + 1).slice(0, count) };
    const lacks = at < count;
    const stored = lacks ? await importNamespace('SimChatStorage').notLoaded(chat) : [];
    const before = [...stored, ...loaded.slice(0, at)];
    return { messages: before.slice(Math.max(0, before.length - count)) };
  }

  exports.msgFindByDirection = find;
  exports.msgFindBefore = (query) => find({ ...query, direction: 'before' });
  exports.msgFindAfter = (query) => find({ ...query, direction: 'after' });
});

Sim.define('WAWebChatLoadMessages', (exports) => {
  // Everything a chat has is loaded at the start.
  exports.loadEarlierMsgs = async () => [];
  exports.loadRecentMsgs = async () => [];
});
