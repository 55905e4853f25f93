/* Looking things up in the page: own messages by id, recent messages, and typing. */
(() => {
  const MOST_PER_CHAT = 500; // a chat with more unread messages than this is read by a person
  const isOwn = (hex) => (message) => message.id.fromMe && message.id.id === hex;

  /** Our message in memory, whatever form of the chat id it was stored under. */
  bridge.ownMessage = (chat, hex) => {
    const key = bridge.keyIn(chat, hex);
    const { MsgStore } = WPP.whatsapp;
    return MsgStore.get(key) || chat.msgs.getModelsArray().find(isOwn(hex)) || null;
  };

  async function storedMessage(chat, hex) {
    const inMemory = bridge.ownMessage(chat, hex);
    if (inMemory) return inMemory;
    return WPP.chat.getMessageById(bridge.keyIn(chat, hex)).catch(() => null);
  }

  bridge.actions.find = async ({ chat: address, hex }) => {
    if (!bridge.isConnected()) return { connected: false };
    const chat = bridge.knownChat(address);
    const message = chat && (await storedMessage(chat, hex));
    return { connected: true, ack: message ? message.ack : null };
  };

  async function newest(chat, count) {
    const stored = await WPP.chat.getMessages(chat.id, { count }).catch(() => []);
    const loaded = chat.msgs.getModelsArray();
    const ids = new Set(loaded.map((message) => message.id.toString()));
    const all = [...stored.filter((message) => !ids.has(message.id.toString())), ...loaded];
    const messages = all.filter(bridge.isMessage).sort((one, other) => one.t - other.t);
    return messages.slice(-count).map(bridge.describe);
  }

  const wanted = (chat, perChat) =>
    Math.min(MOST_PER_CHAT, Math.max(perChat, chat.unreadCount || 0));

  /** The newest messages of one chat, as far back as it takes. */
  bridge.actions.newest = async ({ chat: address, count }) => {
    const chat = bridge.knownChat(address);
    return { messages: chat ? await newest(chat, count) : [] };
  };

  /** The newest messages of the chats from `from` on, in the order of their last message. */
  bridge.actions.recent = async ({ from, chats, perChat }) => {
    const conversations = WPP.whatsapp.ChatStore.getModelsArray()
      .filter((chat) => bridge.isConversation(chat.id))
      .sort((one, other) => (other.t || 0) - (one.t || 0));
    const chosen = conversations.slice(from, from + chats);
    const messages = await Promise.all(chosen.map((chat) => newest(chat, wanted(chat, perChat))));
    return { messages: messages.flat(), more: from + chats < conversations.length };
  };

  /** Does something in a chat that the page has; says why when it cannot. */
  const inChat = (act) => async (argument) => {
    if (!bridge.isConnected()) return { connected: false };
    const chat = bridge.knownChat(argument.chat);
    if (!chat) return { connected: true, known: false };
    await act(chat, argument);
    return { connected: true, known: true };
  };

  bridge.actions.composing = inChat((chat, { on }) =>
    on ? WPP.chat.markIsComposing(chat.id) : WPP.chat.markIsPaused(chat.id),
  );
  bridge.actions.seen = inChat((chat) => WPP.chat.markIsRead(chat.id));
})();
