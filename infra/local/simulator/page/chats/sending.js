/* Sending a message, and taking in the receipts for it. */
Sim.define('WAWebSendMsgChatAction', (exports, require) => {
  /** Returns [promise of the added message, promise of the server's answer], as the site does. */
  exports.addAndSendMsgToChat = (chatLike, raw) => {
    const chat = require('WAWebChatCollection').ChatCollection.get(chatLike.id);
    const message = require('WAWebMsgCollection').MsgCollection.gadd(raw);
    chat.takeIn(message);
    const answered = require('SimServer')
      .sendMessage(message)
      .then(({ ack, ts }) => ({
        messageSendResult: ack === 1 ? 'OK' : 'ERROR_UNKNOWN',
        t: ts,
        count: 1,
      }));
    return [Promise.resolve(message), answered];
  };
});

(() => {
  // Three modules, one job: wa-js wraps each of them to learn about acks.
  function defineReceiptHandler(id, name) {
    Sim.define(id, (exports, require) => {
      exports[name] = ({ externalIds, from, ack }) => {
        const MsgKey = require('WAWebMsgKey');
        for (const externalId of externalIds) {
          const key = new MsgKey({ fromMe: true, remote: from, id: externalId });
          const message = require('WAWebMsgCollection').MsgCollection.get(key.toString());
          if (message && message.ack < ack) message.ack = ack;
        }
      };
    });
  }
  defineReceiptHandler('WAWebHandleChatSimpleReceipt', 'handleChatSimpleReceipt');
  defineReceiptHandler('WAWebHandleGroupSimpleReceipt', 'handleGroupSimpleReceipt');
  defineReceiptHandler('WAWebHandleStatusSimpleReceipt', 'handleStatusSimpleReceipt');
})();
