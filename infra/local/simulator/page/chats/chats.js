/* Chats: each holds its messages, contact and presence. */
Sim.define('WAWebChatCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');

  class ChatMsgs extends BaseCollection {
    static model = require('WAWebMsgCollection').SimMsg;

    msgLoadState = { noEarlierMsgs: true };
  }

  class Chat extends BaseModel {
    initialize() {
      const { PresenceCollection } = require('WAWebPresenceCollection');
      const { ContactCollection } = require('WAWebContactCollection');
      const parts = {
        msgs: new ChatMsgs(),
        presence: PresenceCollection.gadd({ id: this.id }),
        contact: ContactCollection.gadd({ id: this.id }),
      };
      this.set(parts, { silent: true });
    }

    get formattedTitle() {
      return this.name || String(this.id);
    }

    get isNewsletter() {
      return !!this.id?.isNewsletter();
    }

    get hasUnread() {
      return this.unreadCount !== 0;
    }

    /** Adds a message and stores it, so that a restarted page still knows it. */
    takeIn(message) {
      this.msgs.add(message);
      const countsAsUnread = message.isNewMsg && !message.id.fromMe;
      const unreadCount = Math.max(this.unreadCount, 0) + (countsAsUnread ? 1 : 0);
      this.set({ t: message.t, lastReceivedKey: message.id, unreadCount });
      importNamespace('SimChatStorage').keep(this, message);
    }
  }
  const defaults = {
    name: undefined,
    t: 0,
    unreadCount: 0,
    archive: false,
    active: false,
    lastReceivedKey: undefined,
    mute: { expiration: 0 },
    groupMetadata: undefined,
    pausedTimerId: undefined,
    msgs: undefined,
    presence: undefined,
    contact: undefined,
    isParentGroup: false,
  };
  defineModel(Chat, 'chat', defaults, ['id']);
  Chat.serial = ['id', 'name', 't', 'unreadCount', 'archive', 'lastReceivedKey'];

  class ChatCollectionImpl extends BaseCollection {
    static model = Chat;

    // The site keeps its chat list newest first.
    getModelsArray() {
      return super.getModelsArray().sort((one, other) => other.t - one.t);
    }

    getActive() {
      return this.findFirst((chat) => chat.active);
    }
  }
  exports.SimChat = Chat;
  exports.ChatCollectionImpl = ChatCollectionImpl;
  exports.ChatCollection = new ChatCollectionImpl();
});

Sim.define('WAWebChatModel', (exports, require) => {
  exports.Chat = require('WAWebChatCollection').SimChat;
});
