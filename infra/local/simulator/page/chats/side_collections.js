/* Collections the clients expect to exist; nothing in them but what tests put there. */
(() => {
  function defineCollection(id, name, proxyName) {
    Sim.define(id, (exports, require, importNamespace) => {
      const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
      const { BaseCollection } = require('WAWebBaseCollection');
      class Model extends BaseModel {}
      defineModel(Model, proxyName, {}, ['id']);
      class Collection extends BaseCollection {
        static model = Model;
      }
      exports[name] = new Collection();
    });
  }
  defineCollection('WAWebBlocklistCollection', 'BlocklistCollection', 'blocklist');
  defineCollection('WAWebStatusCollection', 'StatusCollection', 'statusV3');
  defineCollection('WAWebLabelCollection', 'LabelCollection', 'label');
  defineCollection('WAWebQuickReplyCollection', 'QuickReplyCollection', 'quick-reply');
  defineCollection('WAWebBotProfileCollection', 'BotProfileCollection', 'bot-profile');
})();

Sim.define('WAWebMsgInfoCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');
  class MsgInfo extends BaseModel {}
  defineModel(MsgInfo, 'msg-info', { delivery: [], read: [], played: [] }, ['id']);
  class MsgInfoCollection extends BaseCollection {
    static model = MsgInfo;

    async find(id) {
      return this.gadd({ id });
    }
  }
  exports.MsgInfoCollection = new MsgInfoCollection();
});

Sim.define('WAWebCallCollection', (exports, require) => {
  const { BaseCollection } = require('WAWebBaseCollection');
  class Call extends require('WAWebEventEmitter') {}
  class CallCollectionImpl extends BaseCollection {
    static model = Call;

    processIncomingCall(call) {
      return call;
    }

    setActiveCall(call) {
      return call;
    }
  }
  exports.CallCollectionImpl = CallCollectionImpl;
  exports.default = new CallCollectionImpl();
});

Sim.define('WAWebGroupMetadataCollection', (exports, require, importNamespace) => {
  const { BaseModel, defineModel } = importNamespace('WAWebBaseModel');
  const { BaseCollection } = require('WAWebBaseCollection');
  class GroupMetadata extends BaseModel {}
  defineModel(GroupMetadata, 'group-metadata', { participants: [] }, ['id']);
  class GroupMetadataCollection extends BaseCollection {
    static model = GroupMetadata;

    onParentGroupChange() {}
  }
  exports.default = new GroupMetadataCollection();
});

Sim.define('WAWebNewsletterCollection', (exports, require) => {
  const { BaseCollection } = require('WAWebBaseCollection');
  class NewsletterCollection extends BaseCollection {
    static model = require('WAWebChatCollection').SimChat;
  }
  exports.default = new NewsletterCollection();
});

Sim.define('WAWebCollections', (exports, require) => {
  exports.Msg = require('WAWebMsgCollection').MsgCollection;
  exports.Chat = require('WAWebChatCollection').ChatCollection;
  exports.Contact = require('WAWebContactCollection').ContactCollection;
  exports.Presence = require('WAWebPresenceCollection').PresenceCollection;
  exports.Blocklist = require('WAWebBlocklistCollection').BlocklistCollection;
  exports.Label = require('WAWebLabelCollection').LabelCollection;
  exports.GroupMetadata = require('WAWebGroupMetadataCollection');
  exports.WAWebNewsletterCollection = require('WAWebNewsletterCollection');
});
