/*
 * Chats and messages in IndexedDB. What is stored here survives a restart with the same profile;
 * a message is acknowledged to the server only once it is stored.
 */
Sim.define('SimChatStorage', (exports, require, importNamespace) => {
  const { transact } = importNamespace('SimDatabase');
  const MESSAGES_LOADED_PER_CHAT = 100; // bounds a page's memory in long runs
  const STORES = ['chat', 'message'];
  const WIDS = ['from', 'to', 'author'];
  const PLAIN = [
    'body',
    'type',
    'subtype',
    't',
    'ack',
    'notifyName',
    'self',
    'caption',
    'mimetype',
    'size',
    'filehash',
    'mediaType',
  ];
  const chatOfMessage = new Map(); // message key -> chat id
  let lastWrite = Promise.resolve();

  const write = (work) => {
    lastWrite = transact('model-storage', STORES, 'readwrite', work).catch((error) =>
      console.warn('chat storage failed', String(error)),
    );
    return lastWrite;
  };
  const read = (store) =>
    transact('model-storage', STORES, 'readonly', (transaction) =>
      transaction.objectStore(store).getAll(),
    );

  function chatRecord(chat) {
    const phone = require('WAWebLidPnCache').lidPnCache.getPhoneNumber(chat.id);
    const { name, t, unreadCount, archive } = chat;
    const last = chat.lastReceivedKey && String(chat.lastReceivedKey);
    return {
      id: String(chat.id),
      phone: phone && String(phone),
      name,
      t,
      unreadCount,
      archive,
      last,
    };
  }

  function messageRecord(message, chatId) {
    const { fromMe, remote, id, participant } = message.id;
    const key = { fromMe, remote: String(remote), id };
    if (participant) key.participant = String(participant);
    const record = { chatId, key };
    for (const name of PLAIN) record[name] = message[name];
    for (const name of WIDS) record[name] = message[name] && String(message[name]);
    return record;
  }

  const putChat = (transaction, chat) =>
    transaction.objectStore('chat').put(chatRecord(chat), String(chat.id));
  const putMessage = (transaction, message) => {
    const key = String(message.id);
    const record = messageRecord(message, chatOfMessage.get(key));
    transaction.objectStore('message').put(record, key);
  };

  exports.keep = (chat, message) => {
    chatOfMessage.set(String(message.id), String(chat.id));
    return write((transaction) => {
      putChat(transaction, chat);
      putMessage(transaction, message);
    });
  };
  exports.keepChat = (chat) => write((transaction) => putChat(transaction, chat));
  exports.written = () => lastWrite;
  exports.clear = () =>
    write((transaction) => {
      for (const store of STORES) transaction.objectStore(store).clear();
    });

  /** A chat's stored messages that the page has not loaded, oldest first, as a read gives them. */
  exports.notLoaded = async (chat) => {
    const stored = (await read('message')).filter((record) => record.chatId === String(chat.id));
    const known = ({ key }) => chat.msgs.get(new (require('WAWebMsgKey'))(key));
    const rest = stored.filter((record) => !known(record)).sort((one, other) => one.t - other.t);
    return rest.map((record) => ({ ...attributesOf(record), isNewMsg: false }));
  };

  /** Brings the stored chats and messages back and keeps later acks and edits. */
  exports.restore = async () => {
    const [chats, messages] = await Promise.all([read('chat'), read('message')]);
    messages.sort((one, other) => one.t - other.t);
    for (const record of chats) restoreChat(record, messages);
    const keepChange = (message) => {
      if (chatOfMessage.has(String(message.id))) {
        write((transaction) => putMessage(transaction, message));
      }
    };
    for (const change of ['change:ack', 'change:body']) {
      require('WAWebMsgCollection').MsgCollection.on(change, keepChange);
    }
  };

  function restoreChat(record, messages) {
    const { createWid } = require('WAWebWidFactory');
    const MsgKey = require('WAWebMsgKey');
    if (record.phone) require('WAWebLidPnCache').lidPnCache.add(record.phone, record.id);
    const { name, t, unreadCount, archive, last } = record;
    const lastReceivedKey = last && MsgKey.fromString(last);
    const chat = require('WAWebChatCollection').ChatCollection.gadd({
      id: createWid(record.id),
      ...{ name, t, unreadCount, archive, lastReceivedKey },
    });
    const own = messages.filter((message) => message.chatId === record.id);
    for (const message of own.slice(-MESSAGES_LOADED_PER_CHAT)) restoreMessage(chat, message);
  }

  function attributesOf({ chatId: _, key, ...attributes }) {
    const { createWid } = require('WAWebWidFactory');
    const MsgKey = require('WAWebMsgKey');
    for (const name of WIDS) attributes[name] &&= createWid(attributes[name]);
    return { ...attributes, id: new MsgKey(key) };
  }

  function restoreMessage(chat, record) {
    const { MsgCollection } = require('WAWebMsgCollection');
    const message = MsgCollection.gadd({ ...attributesOf(record), isNewMsg: false });
    chatOfMessage.set(String(message.id), record.chatId);
    chat.msgs.add(message);
  }
});
