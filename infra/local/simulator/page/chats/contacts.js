/* Contacts and their presence. */
Sim.define('WAWebContactCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');
  class Contact extends BaseModel {}
  const defaults = { name: undefined, pushname: undefined, shortName: undefined, type: 'in' };
  defineModel(Contact, 'contact', defaults, ['id']);
  class ContactCollectionImpl extends BaseCollection {
    static model = Contact;
  }
  exports.SimContact = Contact;
  exports.ContactCollectionImpl = ContactCollectionImpl;
  exports.ContactCollection = new ContactCollectionImpl();
});

Sim.define('WAWebContactModel', (exports, require) => {
  exports.Contact = require('WAWebContactCollection').SimContact;
});

Sim.define('WAWebPresenceCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');
  class Chatstate extends BaseModel {}
  defineModel(Chatstate, 'chatstate', { type: undefined }, ['id']);
  class ChatstateCollection extends BaseCollection {
    static model = Chatstate;
  }
  class Presence extends BaseModel {
    get isUser() {
      return this.id.isUser();
    }

    get isGroup() {
      return this.id.isGroup();
    }

    async subscribe() {
      require('SimServer').send({ t: 'presence_sub', id: String(this.id) });
    }
  }
  const defaults = {
    isOnline: false,
    hasData: false,
    chatstate: undefined,
    chatstates: undefined,
  };
  defineModel(Presence, 'presence', defaults, ['id']);
  class PresenceCollectionImpl extends BaseCollection {
    static model = Presence;
  }
  exports.Presence = Presence;
  exports.PresenceCollection = new PresenceCollectionImpl();
  exports.Chatstate = Chatstate;
  exports.ChatstateCollection = ChatstateCollection;
});

Sim.define('WAWebContactPresenceBridge', (exports) => {
  exports.subscribeUserPresence = async () => {};
  exports.subscribeGroupPresence = async () => {};
});
