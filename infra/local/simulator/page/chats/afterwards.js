/* What happens to a message after it was taken in: reactions, edits, and taking it back. */
Sim.define('WAWebReactionsMsgAction', (exports) => {
  // The page keeps no reactions; the clients wrap this function to hear of them.
  exports.addOrUpdateReactionsModelCollection = async () => {};
});

Sim.define('SimAfterwards', (exports, require, importNamespace) => {
  const asWid = (text) => text && require('WAWebWidFactory').createWid(text);

  /** The key of the message that a frame is about, in the chat as this page knows it. */
  function keyOf({ chat, target, targetFromMe, participant }) {
    const MsgKey = require('WAWebMsgKey');
    return new MsgKey({
      fromMe: targetFromMe,
      remote: asWid(chat),
      id: target,
      participant: asWid(participant),
    });
  }

  const newKey = ({ id, chat, fromMe }) => {
    const MsgKey = require('WAWebMsgKey');
    return new MsgKey({ fromMe, remote: asWid(chat), id });
  };

  const happenings = {
    async reaction(frame) {
      const me = require('WAWebUserPrefsMeUser').getMaybeMePnUser();
      const { addOrUpdateReactionsModelCollection } = importNamespace('WAWebReactionsMsgAction');
      const reaction = {
        msgKey: String(newKey(frame)),
        parentMsgKey: String(keyOf(frame)),
        reactionText: frame.text,
        senderUserJid: frame.fromMe ? String(me) : frame.chat,
        t: frame.ts,
        orphan: 0,
        read: false,
      };
      await addOrUpdateReactionsModelCollection(reaction, true);
    },

    async edit(frame) {
      const message = require('WAWebMsgCollection').MsgCollection.get(keyOf(frame));
      message?.set({
        body: frame.body,
        latestEditSenderTimestampMs: frame.ts * 1000,
        latestEditMsgKey: newKey(frame),
      });
    },

    async revoke(frame) {
      const me = require('WAWebUserPrefsMeUser').getMaybeMePnUser();
      const { MsgCollection } = importNamespace('WAWebMsgCollection');
      const order = {
        type: 'protocol',
        subtype: 'sender_revoke',
        id: newKey(frame),
        protocolMessageKey: keyOf(frame),
        from: frame.fromMe ? me : asWid(frame.chat),
        to: frame.fromMe ? asWid(frame.chat) : me,
        isNewMsg: true,
      };
      await MsgCollection.processMultipleMessages(asWid(frame.chat), [order]);
    },
  };

  exports.happen = (frame) => happenings[frame.what](frame);
});
