/* Messages: the model, and the collection of every message the page knows. */
Sim.define('WAWebMsgCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');

  class Msg extends BaseModel {
    initialize() {
      if (!this.mediaType || this.mediaData) return;
      const { filehash, mimetype } = this;
      const mediaData = { filehash, mimetype, mediaStage: 'NEED_POKE' };
      const mediaObject = { filehash, type: 'IMAGE' };
      this.set({ mediaData, mediaObject }, { silent: true });
    }

    get sender() {
      return this.author || this.from;
    }

    updateAck(value) {
      this.ack = value;
    }

    async downloadMedia() {
      const { filehash, mimetype } = this.mediaData;
      const { b64 } = await require('SimServer').rpc({ t: 'media_get', hash: filehash });
      const bytes = require('WABase64').decodeB64(b64);
      const cache = require('WAWebMediaInMemoryBlobCache').InMemoryMediaBlobCache;
      cache.put(filehash, new Blob([bytes], { type: mimetype }));
      this.mediaData.mediaStage = 'RESOLVED';
    }

    msgContextInfo() {
      return { quotedStanzaID: this.id.id, quotedParticipant: this.from, quotedMsg: {} };
    }
  }
  const defaults = {
    body: undefined,
    type: 'chat',
    subtype: undefined,
    t: 0,
    ack: 0,
    from: undefined,
    to: undefined,
    author: undefined,
    notifyName: undefined,
    isNewMsg: false,
    self: undefined,
    caption: undefined,
    mimetype: undefined,
    size: undefined,
    filehash: undefined,
    mediaData: undefined,
    mediaObject: undefined,
    star: false,
    quotedStanzaID: undefined,
    latestEditMsgKey: undefined,
    latestEditSenderTimestampMs: undefined,
    protocolMessageKey: undefined,
    isStatusV3: false,
    isEphemeral: false,
  };
  defineModel(Msg, 'msg', defaults, ['id']);
  Msg.serial = [
    'id',
    'body',
    'type',
    'subtype',
    't',
    'ack',
    'from',
    'to',
    'author',
    'notifyName',
    'isNewMsg',
    'self',
    'caption',
    'mimetype',
    'size',
    'star',
    'isStatusV3',
  ];

  class MsgCollectionImpl extends BaseCollection {
    static model = Msg;

    /** Adds received messages to their chat; a message that is known already changes nothing. */
    async processMultipleMessages(chatId, raws) {
      const { findOrCreateLatestChat } = importNamespace('WAWebFindChatAction');
      const { chatModel } = await findOrCreateLatestChat(chatId);
      return raws.map((raw) => {
        const known = this.get(raw.id);
        if (known) return known;
        if (raw.type === 'protocol') return this.revoke(raw.protocolMessageKey);
        const message = this.gadd(raw);
        chatModel.takeIn(message);
        return message;
      });
    }

    /** What is left of a message that was taken back: a line without its words. */
    revoke(key) {
      const message = this.get(key);
      message?.set({ type: 'revoked', subtype: 'sender', body: undefined, caption: undefined });
      return message;
    }

    async getMessagesById(ids) {
      return { messages: ids.map((id) => this.get(id)).filter(Boolean) };
    }
  }
  exports.SimMsg = Msg;
  exports.MsgCollectionImpl = MsgCollectionImpl;
  exports.MsgCollection = new MsgCollectionImpl();
});

Sim.define('WAWebMsgModel', (exports, require) => {
  exports.Msg = require('WAWebMsgCollection').SimMsg;
});
