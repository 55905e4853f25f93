/* Messages and acks as the page learns of them. */
(() => {
  const REMEMBERED = 5000; // ids; wa-js tells some messages twice, within moments
  // The site's own lines in a chat (encryption notices, group changes, calls), what is left of a
  // message that was taken back, and `ciphertext`, which is told again once it is decrypted.
  const NOT_MESSAGES = new Set([
    'ciphertext',
    'e2e_notification',
    'notification',
    'notification_template',
    'broadcast_notification',
    'newsletter_notification',
    'gp2',
    'protocol',
    'revoked',
    'call_log',
    'reaction',
    'reaction_enc',
    'pin_message',
    'keep_in_chat',
    'poll_update',
    'event_response',
    'debug',
  ]);
  // Their body is what the person wrote or chose; that of media is a thumbnail.
  const BODY_IS_TEXT = new Set([
    'chat',
    'vcard',
    'multi_vcard',
    'list_response',
    'buttons_response',
    'template_button_reply',
    'interactive_response',
  ]);

  /** A bounded map: forgets its oldest entry. */
  const remember = (map, key, value) => {
    map.delete(key);
    map.set(key, value);
    if (map.size > REMEMBERED) map.delete(map.keys().next().value);
  };

  bridge.isMessage = (message) =>
    !NOT_MESSAGES.has(message.type) && bridge.isConversation(message.id.remote);

  bridge.describe = (message) => {
    const { id, author } = message;
    const writer = id.participant || (id.remote.server === 'g.us' ? author : null);
    const body = BODY_IS_TEXT.has(message.type) ? message.body : message.caption;
    return {
      ...bridge.addresses(id.remote),
      id: id.toString(), // never `_serialized`: newer builds renamed it
      from_me: Boolean(id.fromMe),
      author: writer ? bridge.addresses(writer).chat : null,
      body: body ?? '',
      type: message.type,
      t: message.t,
      push_name: id.fromMe ? null : (message.notifyName ?? null),
      ack: id.fromMe ? (message.ack ?? null) : null,
    };
  };

  const seen = new Map();
  bridge.on('chat.new_message', (message) => {
    const id = message.id.toString();
    if (!bridge.isMessage(message) || seen.has(id)) return;
    remember(seen, id, true);
    bridge.emit('message', bridge.describe(message));
  });

  const levels = new Map(); // message id -> last ack told
  const tellAck = (key, ack) => {
    const last = levels.get(key.id);
    if (last !== undefined && (ack === last || (ack > 0 && ack < last))) return;
    remember(levels, key.id, ack);
    bridge.emit('ack', { id: key.toString(), ...bridge.addresses(key.remote), ack });
  };

  // wa-js tells no failed acks: they are read off the message itself. The site may load its
  // message modules only after the login.
  let listening = false;
  const listenToAcks = () => {
    if (listening || !WPP.isReady || !WPP.whatsapp.MsgStore) return;
    listening = true;
    const changed = (message) => {
      if (message.id.fromMe && message.ack !== 0) tellAck(message.id, message.ack);
    };
    WPP.whatsapp.MsgStore.on('change:ack', bridge.guarded('change:ack', changed));
  };
  const chances = ['loader.ready', 'loader.full_ready', 'conn.main_loaded'];
  chances.push('conn.stream_mode_changed');
  for (const chance of chances) bridge.on(chance, listenToAcks);
  // In a group this tells one participant's receipt, which is not the message's ack.
  bridge.on('chat.msg_ack_change', ({ ack, ids }) => {
    for (const key of ids) if (key.remote.server !== 'g.us') tellAck(key, ack);
  });
})();
