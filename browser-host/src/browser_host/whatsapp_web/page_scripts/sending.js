/*
 * Sending under our own id. Up to the hand-over everything may be refused without a trace; from
 * there on the message may leave at any time, also after the deadline. So the moment by which it must
 * leave (`leaveBy`, before another host can own the line) and the socket are checked in the same turn
 * as the hand-over; `until` is how long its ack is waited for. A clock that was set back since
 * `askedAt`, while the host stood still, would make any deadline far: then it is too late as well.
 * What was not handed over by `leaveBy` is given up: whatever it hangs on, nothing of it leaves later.
 */
(() => {
  // wa-js's own defaults send read receipts and post links to preview servers.
  const OPTIONS = { markIsRead: false, linkPreview: false, detectMentioned: false };
  const CLOCK_SLACK_MS = 1000;
  const refuse = (outcome, error) => ({ outcome, error: error ? String(error.name) : null });

  /** The chat, made if need be; null when WhatsApp does not know the address. */
  async function reachableChat(text) {
    const known = bridge.knownChat(text);
    if (known) return known;
    if (text.endsWith('@c.us')) {
      // Not wa-js's `contact.queryExists`: that one also says no when the question got lost.
      const wid = WPP.whatsapp.WidFactory.createWid(text);
      if (!(await WPP.whatsapp.functions.queryWidExists(wid))) return null;
    }
    for (const wid of bridge.forms(text)) {
      const chat = await WPP.chat.find(wid).catch(() => null);
      if (chat) return chat;
    }
    return null;
  }

  /** The key under which this chat keeps our message: the chat's id is mostly a LID. */
  bridge.keyIn = (chat, hex) => {
    const { MsgKey } = WPP.whatsapp;
    const participant = chat.id.server === 'g.us' ? WPP.conn.getMyUserLid() : undefined;
    return new MsgKey({ fromMe: true, remote: chat.id, id: hex, participant });
  };

  /** Resolves with the message's ack once it has one; a negative one is a failure. */
  const acknowledged = (message) =>
    new Promise((resolve) => {
      const look = () => {
        if (message.ack === 0) return;
        message.off('change:ack', look);
        resolve(message.ack);
      };
      message.on('change:ack', look);
      look();
    });

  const outcomeOf = (key, ack) =>
    ack > 0 ? { outcome: 'sent', id: key.toString(), ack } : refuse('rejected');

  /** Resolves with the ack; the server's answer may come before the message shows it. */
  async function handOver(chat, raw) {
    const [adding, answering] = await WPP.whatsapp.functions.addAndSendMsgToChat(chat, raw);
    const acked = acknowledged(await adding);
    const answered = Promise.resolve(answering).then((result) =>
      result?.messageSendResult === 'OK' ? 1 : acked,
    );
    return Promise.race([acked, answered]);
  }

  /** Forgets a copy that failed for good, so that the same id can be tried again. */
  function forget(chat, message) {
    chat.msgs.remove(message);
    WPP.whatsapp.MsgStore.remove(message);
  }

  function prepare(chat, key, body) {
    const raw = { type: 'chat', body, subtype: null, urlText: null, urlNumber: null };
    return WPP.chat.prepareRawMessage(chat, raw, { ...OPTIONS, messageId: key });
  }

  /** Whether a message may be handed over now; a clock that was set back makes it too late as well. */
  const inTime = ({ askedAt, leaveBy }) => {
    const now = Date.now();
    return askedAt - CLOCK_SLACK_MS <= now && now < leaveBy;
  };

  /** Sets `progress.handedOver` just before anything can leave, and never once it was given up. */
  async function send({ chat: address, hex, text, ...times }, progress) {
    if (!bridge.isConnected() || !inTime(times)) return refuse('line_down');
    const chat = await reachableChat(address);
    if (!chat) return refuse(bridge.isConnected() ? 'unreachable' : 'line_down');
    const key = bridge.keyIn(chat, hex);
    const earlier = bridge.ownMessage(chat, hex);
    if (earlier?.ack >= 0) {
      progress.handedOver = true;
      return outcomeOf(earlier.id, await acknowledged(earlier));
    }
    if (earlier) forget(chat, earlier);
    const raw = await prepare(chat, key, text);
    if (progress.givenUp || !bridge.isConnected() || !inTime(times)) return refuse('line_down');
    progress.handedOver = true;
    return outcomeOf(key, await handOver(chat, raw));
  }

  /** What to say of a send that did not come to its end; what was not handed over never left. */
  const unfinished = (progress, error) => {
    if (progress.handedOver) return refuse('unknown', error);
    progress.givenUp = true;
    if (!bridge.isConnected()) return refuse('line_down', error);
    return refuse(error ? 'rejected' : 'stalled', error);
  };

  const at = (moment, act) => setTimeout(act, Math.max(0, moment - Date.now()));

  bridge.actions.send = (order) => {
    const progress = { handedOver: false, givenUp: false };
    const late = new Promise((resolve) => {
      at(order.leaveBy, () => progress.handedOver || resolve(unfinished(progress)));
      at(order.until, () => resolve(unfinished(progress)));
    });
    const sending = send(order, progress).catch((error) => unfinished(progress, error));
    return Promise.race([sending, late]);
  };
})();
